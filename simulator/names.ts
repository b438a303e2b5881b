// Common given and family names from many backgrounds, put together at random: any likeness to a person is chance.
import type { Random } from './random.ts';

interface Background {
  weight: number;
  /** BCP 47 of the language spoken, where it is often not English. */
  language: string;
  female: readonly string[];
  male: readonly string[];
  family: readonly string[];
}

const words = (text: string): string[] => text.split(' ');

const backgrounds: readonly Background[] = [
  {
    weight: 34,
    language: 'en',
    female: words('Alice Beth Clara Dorothy Emma Grace Hannah Irene Joan Laura Margaret Nora Olivia Patricia Rose Susan'),
    male: words('Adam Brian Charles David Edward Frank George Henry Jack Kevin Leonard Martin Oscar Peter Robert Thomas'),
    family: words("Anderson Baker Carter Dawson Ellis Fletcher Gibson Harper Irving Jenkins Lawson Miller Norris O'Brien Parker Walsh"),
  },
  {
    weight: 14,
    language: 'en',
    female: words('Aaliyah Brianna Denise Ebony Imani Jasmine Keisha Latoya Monique Nia Tanisha Yolanda'),
    male: words('Andre Darius Elijah Isaiah Jamal Kareem Lamar Malik Reggie Terrence Tyrone Xavier'),
    family: words('Banks Booker Coleman Dorsey Freeman Gaines Hairston Jefferson Mosley Price Washington Whitfield'),
  },
  {
    weight: 16,
    language: 'es',
    female: words('Ana Beatriz Carmen Daniela Elena Guadalupe Inés Lucía María Rosa Sofía Ximena'),
    male: words('Alejandro Carlos Diego Eduardo Fernando Gael Javier José Luis Miguel Raúl Santiago'),
    family: words('Álvarez Castillo Delgado Flores García Hernández Jiménez Martínez Núñez Ortiz Ramírez Vásquez'),
  },
  {
    weight: 8,
    language: 'zh',
    female: words('Fang Hui Jing Lan Mei Ling Qing Xia Yan Ying'),
    male: words('Bo Chao Feng Hao Jian Jun Lei Ming Wei Yong'),
    family: words('Chen Huang Li Lin Liu Wang Wu Yang Zhang Zhao'),
  },
  {
    weight: 7,
    language: 'hi',
    female: words('Aditi Deepa Kavita Lakshmi Meera Nisha Priya Radha Sunita Usha'),
    male: words('Amit Arjun Dev Girish Manoj Nikhil Rahul Sanjay Suresh Vikram'),
    family: words('Agarwal Banerjee Chopra Desai Gupta Iyer Kapoor Mehta Patel Reddy Sharma'),
  },
  {
    weight: 6,
    language: 'ar',
    female: words('Aisha Fatima Hala Khadija Layla Mariam Noor Rania Samira Zainab'),
    male: words('Ahmad Bilal Faisal Hassan Ibrahim Khalid Omar Rashid Tariq Yusuf'),
    family: words('Abbas Darwish Farouk Haddad Khalil Mansour Nasser Qureshi Rahman Saleh'),
  },
  {
    weight: 4,
    language: 'vi',
    female: words('Hoa Huệ Lan Linh Mai Ngọc Thảo Trang'),
    male: words('Bảo Dũng Hùng Long Minh Quang Tuấn Vinh'),
    family: words('Đặng Hoàng Lê Nguyễn Phạm Trần Võ Vũ'),
  },
  {
    weight: 6,
    language: 'pl',
    female: words('Agnieszka Danuta Ewa Halina Joanna Katarzyna Małgorzata Zofia'),
    male: words('Andrzej Jerzy Krzysztof Łukasz Marek Paweł Stanisław Tomasz'),
    family: words('Dąbrowski Jabłoński Kamiński Kowalczyk Lewandowski Nowak Wójcik Zieliński'),
  },
  {
    weight: 5,
    language: 'yo',
    female: words('Abena Adaeze Chinwe Folake Ifeoma Ngozi Wanjiru Zuri'),
    male: words('Chidi Emeka Jelani Kofi Kwame Obinna Olumide Tendai'),
    family: words('Adeyemi Balogun Diallo Kamau Mensah Mwangi Okafor Okonkwo'),
  },
];

export interface Name {
  given: string[];
  family: string;
  language: string;
}

export function nameFor(random: Random, sex: 'female' | 'male'): Name {
  const background = random.weighted(backgrounds.map((item) => [item, item.weight] as const));
  const first = random.pick(background[sex]);
  const second = random.pick(background[sex]);
  const given = random.chance(0.4) && second !== first ? [first, second] : [first];
  // Some families have two backgrounds.
  const family = random.pick(random.chance(0.08) ? random.pick(backgrounds).family : background.family);
  return { given, family, language: random.chance(0.55) ? 'en' : background.language };
}
