/**
 * "Meine Daten": what customers see and change of their own, as the example for the portals of operators. Knows `portal/view.ts` and the
 * shared page parts, and nothing else of the server.
 */
import { render } from 'preact'
import '../../page/theme.css'
import './my-data.css'
import { MyData } from './my-data.tsx'

const place = document.getElementById('page')
if (place) render(<MyData />, place)
