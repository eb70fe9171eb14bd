/**
 * Keep the last column of a Frappe table in sight, however far it is scrolled sideways. The head must be told:
 * the table moves it by itself.
 */
export function pinLastColumn(wrapper) {
	const body = wrapper.querySelector(".dt-scrollable");
	const pin = () => {
		const hidden = Math.max(0, body.scrollWidth - body.clientWidth - Math.abs(body.scrollLeft));
		const sign = getComputedStyle(body).direction === "rtl" ? "" : "-";
		wrapper.style.setProperty("--bulk-hidden", `${sign}${hidden}px`);
	};
	wrapper.classList.add("bulk-pinned");
	body.addEventListener("scroll", pin);
	new ResizeObserver(pin).observe(body);
}
