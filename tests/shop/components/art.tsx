import type { JSX } from 'react'

/** Every product is drawn here, so the shop needs no image request at all. */
const drawings: Record<string, () => JSX.Element> = {
  'heron-kettle': Kettle,
  'millstone-grinder': Grinder,
  'cove-dripper': Dripper,
  'plumb-scale': Scale,
  'tide-carafe': Carafe,
  'pebble-cups': Cups,
}

export function Art({ slug, label }: { slug: string; label?: string }) {
  const Drawing = drawings[slug]
  if (!Drawing) return null
  return (
    <svg viewBox="0 0 240 240" role={label ? 'img' : 'presentation'} aria-label={label} aria-hidden={label ? undefined : true}>
      <Drawing />
    </svg>
  )
}

/** The picture at the top of the home page: the same drawings, arranged. */
export function Shelf() {
  return (
    <svg viewBox="0 0 560 420" aria-hidden="true">
      <rect width="560" height="420" fill="#ecdfcd" />
      <circle cx="420" cy="120" r="86" fill="#f6ecdc" />
      <path d="M0 330 H560 V420 H0 Z" fill="#d9bd98" />
      <path d="M0 330 H560 V339 H0 Z" fill="#c7a476" />
      <g transform="translate(328 88) scale(1.22)"><Carafe /></g>
      <g transform="translate(136 64) scale(1.42)"><Kettle /></g>
      <g transform="translate(-4 124) scale(1.14)"><Grinder /></g>
      <g transform="translate(288 236) scale(0.72)"><Cups /></g>
    </svg>
  )
}

function Kettle() {
  return (
    <>
      <ellipse cx="118" cy="196" rx="78" ry="7" fill="#1f1b16" opacity=".1" />
      <path d="M70 172 C44 168 40 140 52 120 C58 110 46 100 30 98" fill="none" stroke="#5c564d" strokeWidth="9" strokeLinecap="round" />
      <path d="M64 108 L158 108 L172 184 Q173 194 163 194 L59 194 Q49 194 50 184 Z" fill="#7a7368" />
      <path d="M64 108 L96 108 L88 194 L59 194 Q49 194 50 184 Z" fill="#948c80" />
      <path d="M68 108 Q70 92 111 92 Q152 92 154 108 Z" fill="#5c564d" />
      <rect x="102" y="76" width="18" height="12" rx="6" fill="#2f2a24" />
      <rect x="108" y="86" width="6" height="8" fill="#2f2a24" />
      <path d="M152 116 Q204 104 204 140 Q204 168 178 184" fill="none" stroke="#2f2a24" strokeWidth="11" strokeLinecap="round" />
    </>
  )
}

function Grinder() {
  return (
    <>
      <ellipse cx="120" cy="208" rx="50" ry="6" fill="#1f1b16" opacity=".1" />
      <path d="M120 62 L120 44 L184 34" fill="none" stroke="#3b423a" strokeWidth="7" strokeLinejoin="round" strokeLinecap="round" />
      <path d="M178 16 q12 -4 14 8 l1 12 q0 6 -7 7 q-8 0 -9 -6 Z" fill="#8a5a3c" />
      <rect x="88" y="60" width="64" height="14" rx="5" fill="#2b302a" />
      <rect x="90" y="74" width="60" height="66" fill="#66756a" />
      <rect x="90" y="74" width="18" height="66" fill="#7d8c80" />
      <rect x="86" y="138" width="68" height="16" rx="3" fill="#2b302a" />
      {[94, 104, 114, 124, 134, 144].map(x => <rect key={x} x={x} y="141" width="2" height="10" fill="#66756a" />)}
      <path d="M92 154 H148 V198 Q148 206 140 206 H100 Q92 206 92 198 Z" fill="#8a5a3c" />
      <path d="M92 154 H108 V206 H100 Q92 206 92 198 Z" fill="#a06d4b" />
    </>
  )
}

function Dripper() {
  return (
    <>
      <ellipse cx="118" cy="194" rx="70" ry="6" fill="#1f1b16" opacity=".1" />
      <path d="M48 66 H188 L146 152 H90 Z" fill="#b4532a" />
      <path d="M48 66 H84 L108 152 H90 Z" fill="#c96c42" />
      <ellipse cx="118" cy="66" rx="70" ry="13" fill="#d98a62" />
      <ellipse cx="118" cy="67" rx="59" ry="9" fill="#7c3417" />
      <path d="M178 82 Q214 82 208 108 Q203 128 164 122" fill="none" stroke="#b4532a" strokeWidth="10" />
      <rect x="100" y="152" width="36" height="14" fill="#93421f" />
      <path d="M62 170 Q62 164 70 164 H166 Q174 164 174 170 V178 H62 Z" fill="#c96c42" />
      <path d="M74 178 H162 L158 192 H78 Z" fill="#93421f" />
    </>
  )
}

function Scale() {
  return (
    <>
      <ellipse cx="120" cy="186" rx="88" ry="7" fill="#1f1b16" opacity=".1" />
      <path d="M52 104 H188 L208 156 H32 Z" fill="#454b52" />
      <path d="M62 110 H178 L188 136 H52 Z" fill="#5b636c" />
      <ellipse cx="120" cy="122" rx="42" ry="8" fill="#6d7680" />
      <path d="M32 156 H208 V174 Q208 182 200 182 H40 Q32 182 32 174 Z" fill="#2c3136" />
      <rect x="82" y="161" width="76" height="15" rx="3" fill="#14171a" />
      <text x="120" y="173" textAnchor="middle" fontSize="12" fontFamily="ui-monospace, monospace" fill="#ffc27d">18.0  0:42</text>
      <circle cx="56" cy="169" r="4" fill="#8c95a0" />
      <circle cx="184" cy="169" r="4" fill="#c8643a" />
      <path d="M88 112 Q88 62 92 62 H148 Q152 62 152 112 Q120 122 88 112 Z" fill="#f3eee6" opacity=".92" />
      <ellipse cx="120" cy="63" rx="29" ry="6" fill="#4a2c1b" />
    </>
  )
}

function Carafe() {
  return (
    <>
      <ellipse cx="120" cy="204" rx="64" ry="7" fill="#1f1b16" opacity=".1" />
      <path d="M98 40 H142 L140 92 Q184 118 180 168 Q178 202 150 202 H90 Q62 202 60 168 Q56 118 100 92 Z" fill="#f7fbfa" opacity=".75" />
      <path d="M65 146 Q92 138 120 146 T175 146 Q182 160 180 168 Q178 202 150 202 H90 Q62 202 60 168 Q60 156 65 146 Z" fill="#5a3722" />
      <path d="M65 146 Q92 138 120 146 T175 146 Q176 150 177 153 Q148 160 120 153 T63 153 Z" fill="#7b5034" />
      <path d="M98 40 H142 L140 92 Q184 118 180 168 Q178 202 150 202 H90 Q62 202 60 168 Q56 118 100 92 Z" fill="none" stroke="#9fb4b1" strokeWidth="3" />
      <path d="M97 58 H143 L141 84 H99 Z" fill="#c79a6b" />
      <path d="M97 58 H110 L110 84 H99 Z" fill="#d8b184" />
      <path d="M90 36 H146 L142 46 H98 Z" fill="#c3d3d1" />
      {[120, 132, 168, 180].map(y => <rect key={y} x="150" y={y} width="12" height="2" fill="#9fb4b1" />)}
    </>
  )
}

function Cups() {
  return (
    <>
      <ellipse cx="122" cy="186" rx="88" ry="7" fill="#1f1b16" opacity=".1" />
      <path d="M36 92 H124 Q124 184 96 184 H64 Q36 184 36 92 Z" fill="#e9ddc4" />
      <path d="M36 92 H58 Q58 170 72 184 H64 Q36 184 36 92 Z" fill="#f5ecd9" />
      <path d="M36 92 H124 Q124 112 122 126 Q100 116 80 128 T38 122 Q36 106 36 92 Z" fill="#58705f" />
      <ellipse cx="80" cy="92" rx="44" ry="10" fill="#46594c" />
      <ellipse cx="80" cy="94" rx="36" ry="7" fill="#3f2415" />
      <path d="M120 112 H208 Q208 188 182 188 H146 Q120 188 120 112 Z" fill="#dfc9a2" />
      <path d="M120 112 H140 Q140 176 154 188 H146 Q120 188 120 112 Z" fill="#eddcbc" />
      <path d="M120 112 H208 Q208 128 207 138 Q186 148 164 136 T121 140 Q120 126 120 112 Z" fill="#b4532a" />
      <ellipse cx="164" cy="112" rx="44" ry="10" fill="#93421f" />
      <ellipse cx="164" cy="114" rx="36" ry="7" fill="#3f2415" />
    </>
  )
}
