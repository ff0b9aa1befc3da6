// What whoever looks at the page can change.

import {byId, setText} from './dom.js';

const SCENARIOS = [
	{
		name: 'keep up',
		text: 'Its buffer fills with each burst of events, and is empty again at once.',
		change: {open: true, reading: true, delayMillis: 0, backpressure: true},
	},
	{
		name: 'be slow',
		text: '20 ms for each event. Backpressure lets the source wait, and nothing is lost.',
		change: {open: true, reading: true, delayMillis: 20, backpressure: true},
	},
	{
		name: 'stop reading',
		text: 'Its buffer stays full, and the source waits for as long as it takes.',
		change: {open: true, reading: false, backpressure: true},
	},
	{
		name: 'never open its stream',
		text: 'Before that there is no backpressure: one event more than the buffer holds is an overrun.',
		change: {open: false, reading: true, delayMillis: 0, backpressure: true},
	},
	{
		name: 'be slow without backpressure',
		text: 'The source does not wait: an overrun as soon as the buffer is full.',
		change: {open: true, reading: true, delayMillis: 20, backpressure: false, overflow: 'ERROR'},
	},
	{
		name: 'be slow and drop the oldest',
		text: 'The source does not wait: what the viewer misses is counted on both sides.',
		change: {open: true, reading: true, delayMillis: 20, backpressure: false, overflow: 'DROP_OLDEST'},
	},
];

// until a frame shows what was asked for
const SETTLE_MILLIS = 400;

let pending = 0;

let running = false;

const post = async (path, change) => {
	pending++;
	try {
		const response = await fetch(path, {
			method: 'POST',
			headers: {'Content-Type': 'application/json'},
			body: JSON.stringify(change),
		});
		setText(byId('refusal'), response.ok ? '' : `That was refused (${response.status}): ${Object.keys(change).join(', ')}`);
	}
	catch (error) {
		setText(byId('refusal'), `The sample cannot be reached: ${error.message}`);
	}
	setTimeout(() => pending--, SETTLE_MILLIS);
};

const valueOf = (control) => {
	if (control.type === 'checkbox') {
		return control.checked;
	}
	return (control.type === 'number') ? control.valueAsNumber : control.value;
};

const sync = (form, values) => {
	for (const [name, value] of Object.entries(values)) {
		const control = form.elements[name];
		if (control.type === 'checkbox') {
			control.checked = value;
		}
		else if (control !== document.activeElement) {
			control.value = value;
		}
	}
};

const postChangesOf = (form, path, toChange) => form.addEventListener('change', ({target}) => {
	if (target.checkValidity()) {
		post(path, toChange(target.name, valueOf(target)));
	}
	else {
		setText(byId('refusal'), target.validationMessage);
	}
});

const createScenario = (scenario) => {
	const button = document.createElement('button');
	button.type = 'button';
	button.dataset.scenario = scenario.name;
	const name = document.createElement('b');
	name.textContent = scenario.name;
	const text = document.createElement('small');
	text.textContent = scenario.text;
	button.append(name, text);
	button.addEventListener('click', () => post('viewer', {...scenario.change, restart: !running}));
	const item = document.createElement('li');
	item.append(button);
	byId('scenarios').append(item);
	return {button, change: scenario.change};
};

const scenarios = SCENARIOS.map(createScenario);

const viewerForm = byId('viewer-form');

for (const form of [viewerForm, byId('source-form')]) {
	form.addEventListener('submit', (event) => event.preventDefault());
}

// a policy that drops counts without backpressure alone
postChangesOf(viewerForm, 'viewer', (name, value) =>
	(name === 'overflow') ? {backpressure: false, overflow: value} : {[name]: value});

postChangesOf(byId('source-form'), 'source', (name, value) => ({[name]: value}));

byId('restart').addEventListener('click', () => post('viewer', {restart: true}));

// what the application's configuration says, as far as a context has shown it
let configured = {backpressure: true, overflow: 'ERROR', msgBufferSize: 64};

const showViewer = ({viewer, contexts, ended}) => {
	byId('viewer').hidden = !viewer;
	if (!viewer) {
		return;
	}
	running = viewer.running;
	const context = contexts.find(({figures}) => figures.side === 'caller');
	configured = context?.figures.settings ?? configured;
	const {settings} = viewer;
	const values = {
		open: settings.open,
		reading: settings.reading,
		delayMillis: viewer.delayMillis,
		backpressure: settings.backpressure ?? configured.backpressure,
		overflow: settings.overflow ?? configured.overflow,
		msgBufferSize: settings.msgBufferSize ?? configured.msgBufferSize,
	};
	const restart = byId('restart');
	setText(restart, running ? 'Open a new context' : 'Open again');
	restart.classList.toggle('wanted', !running);
	const state = byId('viewer-state');
	state.classList.toggle('bad', !running);
	const last = ended.find(({side}) => side === 'caller');
	setText(state, running ? 'It watches the source through a context.'
		: `Its context is over: ${(last?.outcome ?? 'ended').toLowerCase()}. See the reports.`);
	if (pending) {
		return;
	}
	sync(viewerForm, values);
	viewerForm.elements.overflow.disabled = values.backpressure;
	for (const {button, change} of scenarios) {
		const matches = Object.entries(change).every(([name, value]) => values[name] === value);
		button.setAttribute('aria-pressed', String(matches));
	}
};

export const showControls = (frame) => {
	showViewer(frame);
	byId('source').hidden = !frame.source;
	if (frame.source && !pending) {
		sync(byId('source-form'), frame.source);
	}
};
