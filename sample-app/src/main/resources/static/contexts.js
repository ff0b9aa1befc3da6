// The contexts that are not over: a card for each side of each one.

import {KeyedList, byId, count, fromTemplate, parseSeconds, rate, seconds, setTexts} from './dom.js';

// the flight recorder's bursts come once a second
const RATE_SECONDS = 3;

const HISTORY_SECONDS = 60;

const WIDTH = 240;

const HEIGHT = 48;

// shorter waits are what backpressure is for
const STALL_SHOWN_AFTER_SECONDS = 1;

const TITLES = {caller: 'The viewer (caller)', callee: 'The source (callee)'};

const STATES = {
	OPENING: ['opening', 'warn'],
	STARTED: ['running', 'good'],
	ENDING: ['ending', 'warn'],
	DONE: ['ended', ''],
	ENDED: ['ended', ''],
};

const FULL_BUFFER = {
	ERROR: 'overrun when full',
	DROP_OLDEST: 'drops the oldest',
	DROP_LATEST: 'drops the latest',
};

const lessMotion = matchMedia('(prefers-reduced-motion: reduce)');

/** What was seen of one side of a context. */
class Seen {

	#samples = [];

	#drawn = 0;

	add(time, {receiving, sending}) {
		this.#samples.push({
			time,
			consumed: receiving.consumed,
			sent: sending.sent,
			fill: Math.min(1, receiving.buffered / receiving.msgBufferSize),
		});
		while (this.#samples[0].time < time - HISTORY_SECONDS) {
			this.#samples.shift();
		}
	}

	rate(figure) {
		const last = this.#samples.at(-1);
		const first = this.#samples.find((sample) => sample.time >= last.time - RATE_SECONDS);
		return (first === last) ? 0 : (last[figure] - first[figure]) / (last.time - first.time);
	}

	draw(svg) {
		const now = this.#samples.at(-1).time;
		if (lessMotion.matches && now - this.#drawn < 1) {
			return;
		}
		this.#drawn = now;
		const x = (sample) => (WIDTH * (1 - (now - sample.time) / HISTORY_SECONDS)).toFixed(1);
		const points = this.#samples.map((sample) => `${x(sample)},${(HEIGHT - 1 - sample.fill * (HEIGHT - 2)).toFixed(1)}`);
		svg.querySelector('.line').setAttribute('d', `M${points.join('L')}`);
		svg.querySelector('.area').setAttribute('d',
			`M${x(this.#samples[0])},${HEIGHT}L${points.join('L')}L${WIDTH},${HEIGHT}Z`);
	}

}

const describeSettings = ({receiving, settings}) => {
	if (!receiving.opened) {
		return 'stream not opened: no backpressure yet';
	}
	return receiving.backpressure ? 'backpressure on' : `backpressure off: ${FULL_BUFFER[settings.overflow]}`;
};

const showGauge = (gauge, {buffered, msgBufferSize}) => {
	const fill = Math.min(1, buffered / msgBufferSize);
	gauge.classList.toggle('high', fill >= .75 && fill < 1);
	gauge.classList.toggle('full', fill >= 1);
	gauge.firstElementChild.style.transform = `scaleX(${fill})`;
	gauge.setAttribute('aria-valuemax', msgBufferSize);
	gauge.setAttribute('aria-valuenow', Math.min(buffered, msgBufferSize));
	gauge.setAttribute('aria-valuetext', `${buffered} of ${msgBufferSize} messages`);
};

const createHalf = ({figures}) => {
	const half = fromTemplate('half-template');
	half.dataset.side = figures.side;
	half.querySelector('.gauge').setAttribute('aria-label', `Buffer of the ${figures.side}`);
	half.seen = new Seen();
	return half;
};

const updateHalf = (half, {figures, stall}, time) => {
	const {receiving, sending} = figures;
	const [state, tone] = STATES[figures.state];
	half.seen.add(time, figures);
	half.querySelector('.badge').className = `badge ${tone}`;
	const stalledSeconds = figures.stall ? time - Date.parse(figures.stall.since) / 1000 : 0;
	setTexts(half, {
		title: TITLES[figures.side],
		state,
		peer: `on ${figures.route}, with ${figures.peer.application}/${figures.peer.instance}, for ${seconds(time - Date.parse(figures.since) / 1000)}`,
		buffered: `${count(receiving.buffered)} of ${count(receiving.msgBufferSize)}`,
		settings: describeSettings(figures),
		highWater: count(receiving.highWater),
		receiveRate: rate(half.seen.rate('consumed')),
		arrived: count(receiving.arrived),
		consumed: count(receiving.consumed),
		dropped: count(receiving.dropped),
		sendRate: rate(half.seen.rate('sent')),
		sent: count(sending.sent),
		credit: count(sending.credit),
		waited: seconds(parseSeconds(sending.waited)),
		stall: (stalledSeconds >= STALL_SHOWN_AFTER_SECONDS) ? stall : '',
	});
	showGauge(half.querySelector('.gauge'), receiving);
	half.seen.draw(half.querySelector('.history'));
};

const createContext = ({id}) => {
	const element = document.createElement('article');
	element.className = 'context';
	element.setAttribute('aria-label', `Context ${id}`);
	element.dataset.id = id;
	element.halves = new KeyedList(element, (context) => context.figures.side, createHalf,
		(half, context) => updateHalf(half, context, element.time));
	return element;
};

const list = new KeyedList(byId('contexts'), (group) => group.id, createContext, (element, group) => {
	element.time = group.time;
	element.halves.show(group.contexts);
});

export const showContexts = ({time, contexts}) => {
	const groups = new Map();
	for (const context of contexts) {
		const id = context.figures.id;
		const group = groups.get(id) ?? {id, time: Date.parse(time) / 1000, contexts: []};
		group.contexts.push(context);
		groups.set(id, group);
	}
	list.show(groups.values());
	byId('no-contexts').hidden = groups.size > 0;
};
