import type { Report } from './report.ts';
export const performanceDocument = (report: Report): string => JSON.stringify(report);
