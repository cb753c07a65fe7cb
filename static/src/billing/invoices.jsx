/* What was billed, with where to see and to download it. */
import pdf from 'icon:file-type-pdf';
import receipt from 'icon:receipt-2';
import { Icon } from '../lib/ui.jsx';
import { day, money } from './words.js';

const LOOKS = { paid: ['Paid', 'badge-live'], open: ['Open', 'badge-changed'], void: ['Void', ''], uncollectible: ['Not paid', 'badge-failed'] };

export function Invoices({ view }) {
  return (
    <section class="card" aria-labelledby="invoices-heading">
      <div class="card-head"><h2 id="invoices-heading">Invoices</h2></div>
      {view.invoices.length === 0 ? (
        <div class="empty-state"><Icon of={receipt} size={40} /><h3>No invoices yet</h3><p>They appear here as soon as there is one.</p></div>
      ) : (
        <div class="table-scroll" tabindex="0" role="region" aria-label="Invoices">
          <table class="table">
            <thead><tr><th>Date</th><th>Number</th><th>Status</th><th class="number">Amount</th><th><span class="visually-hidden">Documents</span></th></tr></thead>
            <tbody>{view.invoices.map((each) => <Invoice key={each.id} invoice={each} />)}</tbody>
          </table>
        </div>
      )}
    </section>
  );
}

function Invoice({ invoice }) {
  const [label, look] = LOOKS[invoice.status] ?? [invoice.status, ''];
  const name = invoice.number ?? 'without a number';
  return (
    <tr>
      <td>{day(invoice.created_at)}</td>
      <td>{invoice.hosted_url ? <a href={invoice.hosted_url} target="_blank" rel="noopener noreferrer">{name}</a> : name}</td>
      <td><span class={`badge ${look}`}>{label}</span></td>
      <td class="number">{money(invoice.total_cents, invoice.currency)}</td>
      <td>{invoice.pdf_url && <a class="pdf" href={invoice.pdf_url} target="_blank" rel="noopener noreferrer" aria-label={`PDF of invoice ${name}`}><Icon of={pdf} />PDF</a>}</td>
    </tr>
  );
}
