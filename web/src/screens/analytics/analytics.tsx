// Analytics: dashboards, questions and SQL over the record as tables. What is open is in the address: a dashboard, a question with its
// parameters, a query.
import { useAsked } from '../../app/go.tsx';
import { Board } from './board.tsx';
import { Editor } from './editor.tsx';
import { Home } from './home.tsx';
import { OneQuestion } from './one-question.tsx';
import { Reports } from './reports.tsx';
import '../../parts/lists.css';
import './analytics.css';

export default function Analytics() {
  const [{ board, question, sql, edit, report }] = useAsked();
  if (report !== undefined) return <Reports key={report} name={report} />;
  if (edit !== undefined || sql !== undefined) return <Editor key={edit} name={edit === '' ? undefined : edit} />;
  if (board !== undefined) return <Board key={board} name={board} />;
  if (question !== undefined) return <OneQuestion key={question} name={question} />;
  return <Home />;
}
