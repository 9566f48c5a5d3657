import { expect, test } from 'vitest';
import { RECEIPT_WINDOW } from '../../../src/loop/commit/receipts.ts';
import { RESEND_WINDOW } from '../../../src/protocol/windows.ts';

test('a call that a page sends again is still known by its receipt, whatever the page called since', () => {
  expect(RECEIPT_WINDOW).toBeGreaterThanOrEqual(RESEND_WINDOW);
});
