import { Exposure, useDecision } from 'isoflag/react'

export function Page() {
  const { value } = useDecision('banner', false) // reads banner
  const typo = useDecision('bannr', false) // unknown bannr
  return (
    <main>
      <Exposure flag="checkout" when="visible" /> {/* reads checkout */}
      <Exposure flag="chekout" /> {/* unknown chekout */}
      {value && typo.value}
    </main>
  )
}
