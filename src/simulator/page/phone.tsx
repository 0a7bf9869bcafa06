/**
 * The telephone page: callers and agents' phones of the local stand-in. Knows `simulator/view.ts` and the shared page parts,
 * and nothing else of the server.
 */
import { render } from 'preact'
import '../../page/theme.css'
import './customers.css'
import './flow.css'
import './handset.css'
import './phone.css'
import { PhonePage } from './phone-page.tsx'

const place = document.getElementById('page')
if (place) render(<PhonePage client={new URLSearchParams(location.search).get('client')} />, place)
