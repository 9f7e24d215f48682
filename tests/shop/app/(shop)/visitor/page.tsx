import type { Metadata } from 'next'
import { cookies, headers } from 'next/headers'
import { decided } from '@/lib/decided'
import { accounts, COUNTRY, countries, PLAN, STAFF } from '@/lib/visitor'
import styles from './visitor.module.css'

export const metadata: Metadata = { title: 'Who is shopping', robots: { index: false } }

/** For whoever tries the shop out: choose the attributes the rules ask for, and read what was decided and why. */
export default async function VisitorPage() {
  const jar = await cookies()
  const snapshot = await decided()
  const country = jar.get(COUNTRY)?.value ?? (await headers()).get('x-country') ?? ''
  return (
    <main className={styles.page}>
      <p className="eyebrow">Behind the counter</p>
      <h1>Who is shopping?</h1>
      <form method="post" action="/visitor-choice" className={styles.form}>
        <label className="field">
          Country
          <select name={COUNTRY} defaultValue={country}>
            <option value="">Not known</option>
            {Object.entries(countries).map(([code, name]) => <option key={code} value={code}>{name}</option>)}
          </select>
        </label>
        <label className="field">
          Account
          <select name={PLAN} defaultValue={jar.get(PLAN)?.value ?? 'free'}>
            {Object.entries(accounts).map(([key, name]) => <option key={key} value={key}>{name}</option>)}
          </select>
        </label>
        <label className={styles.check}>
          <input type="checkbox" name={STAFF} value="yes" defaultChecked={jar.get(STAFF)?.value === 'yes'} /> Works here
        </label>
        <div className={styles.buttons}>
          <button className="button">Shop like this</button>
          <button className="button plain" name="fresh" value="yes">Be a new visitor</button>
        </div>
      </form>
      <h2>What was decided</h2>
      {snapshot ? (
        <>
          <div className={styles.scroll} role="region" aria-label="Decisions" tabIndex={0}>
            <table className={styles.table}>
              <thead>
                <tr>
                  <th scope="col">Flag</th>
                  <th scope="col">Variant</th>
                  <th scope="col">Because</th>
                </tr>
              </thead>
              <tbody>
                {Object.entries(snapshot.decisions).map(([key, decision]) => (
                  <tr key={key}>
                    <th scope="row">{key}</th>
                    <td>{decision.variant}</td>
                    <td>{decision.reason}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
          <p className={styles.small}>
            Visitor {jar.get('isoflag_vid')?.value ?? 'not known'}
            <br />
            Program {snapshot.program.slice(0, 12)}
          </p>
        </>
      ) : (
        <p className="quiet">Nothing: the worker has not been reached yet, so every flag shows its fallback.</p>
      )}
    </main>
  )
}
