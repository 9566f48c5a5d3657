// Tools in a dedicated worker: the history that a figure needs, and what is measured without messages.
import { countHistory, fillHistory } from './fill-history.ts';
import { retentionOps } from './retention-ops.ts';
import { rewriteOps } from './rewrite-ops.ts';
import { serveOps } from './serve-ops.ts';
import { timeValidation } from './time-validation.ts';

serveOps({ fillHistory, countHistory, timeValidation, ...retentionOps, ...rewriteOps });
