/* Who is on a page, and how new it is: one question that is also one's own sign of life. */
import { supa } from '../../lib/supa.js';
import { rowsOf } from '../../lib/problems.js';

/** → {version, updated_at, updated_by, role, people: [{user_id, name, is_editing, seconds}]} */
export const reportPresence = (pageId, isEditing) => (
  rowsOf(supa.rpc('report_presence', { page_id: pageId, is_editing: isEditing }))
);
