// Small helpers. Data gets into the page as text, never as markup.

export const byId = (id) => document.getElementById(id);

export const setText = (element, text) => {
	const value = String(text ?? '');
	if (element.textContent !== value) {
		element.textContent = value;
	}
};

/** Put texts into those elements below `root` that have these names in `data-text`. */
export const setTexts = (root, texts) => {
	for (const [name, text] of Object.entries(texts)) {
		setText(root.querySelector(`[data-text="${name}"]`), text);
	}
};

/** Make an element from the template of that id. */
export const fromTemplate = (id) => byId(id).content.firstElementChild.cloneNode(true);

/**
 * Makes the children of an element agree with a list: an item that stays keeps its element,
 * and with it focus, and what was unfolded.
 */
export class KeyedList {

	#elements = new Map();

	constructor(parent, keyOf, create, update) {
		Object.assign(this, {parent, keyOf, create, update});
	}

	show(items) {
		const known = this.#elements;
		this.#elements = new Map();
		let place = this.parent.firstElementChild;
		for (const item of items) {
			const key = this.keyOf(item);
			const element = known.get(key) ?? this.create(item);
			known.delete(key);
			this.#elements.set(key, element);
			this.update(element, item);
			if (element === place) {
				place = place.nextElementSibling;
			}
			else {
				this.parent.insertBefore(element, place);
			}
		}
		for (const element of known.values()) {
			element.remove();
		}
	}

}

const whole = new Intl.NumberFormat('en', {maximumFractionDigits: 0});

const tenths = new Intl.NumberFormat('en', {maximumFractionDigits: 1, minimumFractionDigits: 1});

export const count = (number) => whole.format(number);

export const rate = (number) => (number > 0 && number < 10 ? tenths : whole).format(number);

export const seconds = (number) => `${(number < 10 ? tenths : whole).format(number)} s`;

export const timeOfDay = (instant) => new Date(instant).toLocaleTimeString('en-GB');

/** Seconds of an ISO duration such as PT1M2.5S. */
export const parseSeconds = (duration) => {
	const [, hours, minutes, rest] = /^PT(?:(\d+)H)?(?:(\d+)M)?(?:([\d.]+)S)?$/.exec(duration) ?? [];
	return Number(hours ?? 0) * 3600 + Number(minutes ?? 0) * 60 + Number(rest ?? 0);
};
