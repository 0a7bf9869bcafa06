/** The agents' desk in the browser. Knows the shape of the view and the shared page parts, and nothing else of the server. */
import { render } from 'preact'
import '../../page/theme.css'
import './queue.css'
import './call.css'
import './call-code.css'
import './between.css'
import './figures.css'
import './desk.css'
import './supervisor/supervisor.css'
import { Desk } from './desk.tsx'

const place = document.getElementById('page')
if (place) render(<Desk />, place)
