export async function doctorCommand(_options: { json?: boolean; quiet?: boolean }): Promise<number> {
  return 0;
}
