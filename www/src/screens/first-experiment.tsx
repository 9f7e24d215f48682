import { Fragment } from 'react'

// The list with nothing in it teaches how the first experiment gets there.

const FLAG = `"checkout-redesign": {
  "type": "string", "enabled": true,
  "variants": { "control": "control", "new-checkout": "new-checkout" },
  "off": "control",
  "rules": [ { "split": { "unit": "visitorId", "control": "control",
    "arms": [ { "variant": "control", "weight": 50 },
              { "variant": "new-checkout", "weight": 50 } ] } } ] }`

const PLAN = `"checkout-redesign": {
  "primary": "checkout_completed",
  "plan": { "baseline": 3.2, "mde": 10, "minDays": 14 } }`

export function FirstExperiment({ planned }: { planned: readonly string[] }) {
  return (
    <div className="card teach">
      <h2>No experiment yet</h2>
      <p>An experiment is a flag whose split names a control. Three steps bring the first one here; this page notices by itself.</p>
      {planned.length > 0 && (
        <p>
          Planned already: <Names keys={planned} />. What is missing is a published flag of that name with a split.
        </p>
      )}
      <ol>
        <li>
          <h3>Split a flag</h3>
          <p>
            Give a flag of the datafile a split with a <code>control</code>, and publish it with an admin key.
          </p>
          <Snippet label="Flag in datafile.json">{FLAG}</Snippet>
          <Snippet label="Publish the datafile">{publish('datafile')}</Snippet>
        </li>
        <li>
          <h3>Write down the plan before looking</h3>
          <p>What decides, what it is today (in percent), and the smallest lift worth having. The console works out how many visitors that takes.</p>
          <Snippet label="Experiment in experiments.json">{PLAN}</Snippet>
          <Snippet label="Publish the experiments">{publish('experiments')}</Snippet>
        </li>
        <li>
          <h3>Show it</h3>
          <p>
            Read the flag in your app. The first visitor who sees a variant sends an exposure, and the experiment starts to count.
          </p>
        </li>
      </ol>
    </div>
  )
}

export function Names({ keys }: { keys: readonly string[] }) {
  return keys.map((key, index) => (
    <Fragment key={key}>
      {index > 0 && ', '}
      <code>{key}</code>
    </Fragment>
  ))
}

function publish(what: string): string {
  return `curl -X PUT ${location.origin}/v1/${what} \\
  -H "authorization: Bearer $ISOFLAG_ADMIN_KEY" \\
  --data-binary @${what}.json`
}

function Snippet({ label, children }: { label: string; children: string }) {
  return (
    <pre tabIndex={0} role="region" aria-label={label}>
      <code>{children}</code>
    </pre>
  )
}
