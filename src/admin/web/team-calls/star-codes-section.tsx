import type { StarCodeView } from '#admin/team-calls-view.ts'
import section from '../calling/section.module.css'
import css from './star-codes-section.module.css'

export function StarCodesSection({ codes }: { readonly codes: readonly StarCodeView[] }) {
  return (
    <section className={section.section} aria-label="Codes">
      <div>
        <h2 className={section.title}>Codes</h2>
        <p className={section.hint}>Dialled on any phone of the company; … stands for an extension.</p>
      </div>
      <div className={section.content}>
        <table className={css.codes}>
          <thead>
            <tr>
              <th scope="col">Code</th>
              <th scope="col">What it does</th>
            </tr>
          </thead>
          <tbody>
            {codes.map(({ code, does }) => (
              <tr key={code}>
                <th scope="row" className="figures">
                  {code}
                </th>
                <td>{does}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  )
}
