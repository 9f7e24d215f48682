import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app'
import { takeKeyFromAddress } from './key'
import './style/base.css'
import './style/parts.css'
import './style/charts.css'
import './style/screens.css'
import './style/report.css'

// Before anything is drawn, and before the address can be seen or kept by anybody.
takeKeyFromAddress()

const root = document.getElementById('root')
if (root) {
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  )
}
