export function create(tag, className, text) {
	const element = document.createElement(tag);
	if (className) element.className = className;
	if (text != null) element.textContent = text;
	return element;
}

/** A small button. name: what it does, by which it is found */
export function button(name, label, click) {
	const element = create("button", "btn btn-default btn-xs", label);
	element.type = "button";
	element.dataset.action = name;
	element.addEventListener("click", click);
	return element;
}

/** name: of its column, by which it is styled, and which is its place if rows are cards */
export function cell(role, name, content, className = "") {
	const element = create("div", `bulk-table-cell is-${name} ${className}`);
	element.style.setProperty("--bulk-area", name);
	element.setAttribute("role", role);
	if (content != null) element.append(content);
	return element;
}

export function checkbox(label) {
	const element = create("input");
	element.type = "checkbox";
	element.setAttribute("aria-label", label);
	return element;
}
