import type { Report } from './report.ts';
export const reportPage = (report: Report): string => JSON.stringify(report);
