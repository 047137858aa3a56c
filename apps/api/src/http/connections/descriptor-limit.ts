interface ReportWithLimits {
  readonly userLimits?: { readonly open_files?: { readonly soft: number | 'unlimited' } };
}

/**
 * Returns how many files and connections this process may have open (`ulimit -n`), a limit that Node has raised as far
 * as it may by itself; null if the system sets no limit or does not say.
 */
export function descriptorLimit(): number | null {
  const { userLimits } = process.report.getReport() as ReportWithLimits;
  const soft = userLimits?.open_files?.soft;
  return typeof soft === 'number' ? soft : null;
}
