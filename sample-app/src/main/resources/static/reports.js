// Overruns, and contexts that are over.

import {KeyedList, byId, count, fromTemplate, setText, setTexts, timeOfDay} from './dom.js';

const otherThan = (side) => (side === 'caller') ? 'callee' : 'caller';

const describe = (report) => {
	const receiver = report.receiver;
	const sender = otherThan(report.receiver);
	if (report.dropping) {
		return {
			title: 'Messages were dropped',
			explanation: `The ${receiver} took messages more slowly than they came, and its stream drops what finds`
				+ ` its buffer full. The ${sender} did not wait, and both go on.`,
		};
	}
	if (report.reason === 'NEVER_OPENED') {
		return {
			title: 'The stream was never opened',
			explanation: `The ${receiver} has not opened its stream, and before that there is no backpressure. Its buffer`
				+ ` filled up, one more message found no room, and that ended the ${sender}'s task, and the ${receiver}'s`
				+ ` with it. To mend it, open the stream before more messages come than the buffer holds, or enlarge it.`,
		};
	}
	return {
		title: 'The consumer was too slow',
		explanation: `The ${receiver} opened its stream without backpressure, and took messages more slowly than they`
			+ ` came. Its buffer filled up, one more message found no room, and that ended the ${sender}'s task, and the`
			+ ` ${receiver}'s with it. To mend it, leave backpressure on, be faster, or enlarge the buffer.`,
	};
};

const keyOf = ({report}) => `${report.contextId}/${report.receiver}/${report.firstUndelivered}`;

const createOverrun = ({report}) => {
	const element = fromTemplate('overrun-template');
	element.dataset.reason = report.reason;
	element.dataset.contextId = report.contextId;
	element.classList.toggle('dropping', report.dropping);
	return element;
};

const updateOverrun = (element, {report, text}) => {
	const {title, explanation} = describe(report);
	const badge = element.querySelector('.badge');
	badge.className = `badge ${report.provisional ? 'warn' : report.dropping ? '' : 'bad'}`;
	setTexts(element, {
		title,
		explanation,
		status: report.provisional ? 'provisional' : 'final report',
		first: `message ${count(report.firstUndelivered)}`,
		undelivered: count(report.undelivered),
		buffer: `${count(report.buffered)} of ${count(report.msgBufferSize)}`,
		consumed: count(report.consumed),
		at: timeOfDay(report.detectedAt),
		text,
	});
};

const overrunList = new KeyedList(byId('overruns'), keyOf, createOverrun, updateOverrun);

let announced;

const announce = (overruns) => {
	const last = overruns[0] ? keyOf(overruns[0]) : '';
	if (announced !== undefined && last && last !== announced) {
		setText(byId('announcement'), `Overrun: ${describe(overruns[0].report).title}`);
	}
	announced = last;
};

const OUTCOMES = {
	COMPLETED: ['completed', 'good'],
	CANCELLED: ['cancelled', 'warn'],
	FAILED: ['failed', 'bad'],
};

const describeLedger = ({sent, consumed, dropped, discarded, unknown}) =>
	`${count(sent)} sent = ${count(consumed)} consumed + ${count(dropped)} dropped + ${count(discarded)} discarded`
	+ ` + ${count(unknown)} unknown`;

const createEndedSide = (context) => {
	const element = fromTemplate('ended-side-template');
	const [outcome, tone] = OUTCOMES[context.outcome];
	element.dataset.side = context.side;
	element.dataset.outcome = context.outcome;
	if (tone) {
		element.querySelector('.badge').classList.add(tone);
	}
	setTexts(element, {side: `The ${context.side}`, outcome, text: context.text});
	return element;
};

const createEnded = () => {
	const element = fromTemplate('ended-template');
	element.sides = new KeyedList(element.querySelector('.sides'), ({side}) => side, createEndedSide, () => {});
	return element;
};

// both sides have the same ledger, unless the connection was lost
const updateEnded = (element, sides) => {
	const [{id, route, at, ledger}] = sides;
	setTexts(element, {
		title: `Context on ${route}`,
		at: `at ${timeOfDay(at)}, ${id}`,
		toCaller: describeLedger(ledger.toCaller),
		toCallee: describeLedger(ledger.toCallee),
	});
	element.sides.show(sides.toSorted((one, other) => other.side.localeCompare(one.side)));
};

const endedList = new KeyedList(byId('ended'), ([{id}]) => id, createEnded, updateEnded);

const byContext = (ended) => {
	const groups = new Map();
	for (const context of ended) {
		groups.set(context.id, [...groups.get(context.id) ?? [], context]);
	}
	return [...groups.values()];
};

export const showReports = ({overruns, ended}) => {
	overrunList.show(overruns);
	announce(overruns);
	byId('no-overruns').hidden = overruns.length > 0;
	endedList.show(byContext(ended));
	byId('no-ended').hidden = ended.length > 0;
};
