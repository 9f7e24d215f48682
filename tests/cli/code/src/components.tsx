import { memo, type ReactNode } from 'react'
import { useFlag } from 'isoflag/react'

interface GateProps {
  flag: string
  children?: ReactNode
}
function Gate({ flag, children }: GateProps) {
  return useFlag(flag, false) ? <>{children}</> : null
}
const Quiet = memo(function Quiet(props: GateProps) {
  return <Gate {...props} />
})
const Named = ({ flag: key = 'banner' }: { flag?: 'banner' | 'limit' }) => <b>{String(useFlag(key, false))}</b> // reads banner
const Parts = { Gate, Quiet }

export function Page(props: { more: GateProps }) {
  return (
    <main data-flag="only in HTML">
      <Gate flag="checkout"> {/* reads checkout */}
        text
      </Gate>
      <Gate flag={'banner'} /> {/* reads banner */}
      <Gate flag={`limit`}>x</Gate> {/* reads limit */}
      <Quiet flag="search-v2" /> {/* reads search-v2 */}
      <Parts.Gate flag="theme-dark" /> {/* reads theme-dark */}
      <Parts.Quiet flag="banner" /> {/* reads banner */}
      <Named flag="limit" /> {/* reads limit */}
      <Named />
      <Gate {...{ flag: 'checkout' }} /> {/* reads checkout */}
      <Gate {...props.more} /> {/* dynamic */}
    </main>
  )
}
