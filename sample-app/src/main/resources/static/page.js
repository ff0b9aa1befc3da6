// Shows what the application tells a few times a second.

import {byId, setText} from './dom.js';
import {showContexts} from './contexts.js';
import {showControls} from './controls.js';
import {showReports} from './reports.js';

const RETRY_MILLIS = 2000;

const showConnection = (live) => {
	const connection = byId('connection');
	connection.classList.toggle('live', live);
	setText(connection, live ? 'live' : 'connection lost, trying again …');
};

const connect = () => {
	const events = new EventSource('live');
	events.addEventListener('open', () => showConnection(true));
	events.addEventListener('message', ({data}) => {
		const frame = JSON.parse(data);
		showContexts(frame);
		showControls(frame);
		showReports(frame);
	});
	events.addEventListener('error', () => {
		showConnection(false);
		// otherwise it tries again by itself
		if (events.readyState === EventSource.CLOSED) {
			setTimeout(connect, RETRY_MILLIS);
		}
	});
};

connect();
