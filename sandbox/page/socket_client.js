/**
 * As much of a Socket.IO client as the sandbox's page needs: it connects over a WebSocket, hears events, and
 * connects again when the server was away. Packets begin with the type of Engine.IO (0 open, 2 ping, 3 pong,
 * 4 message), messages with that of Socket.IO (0 connect, 2 event); both are plain text.
 */
export class SocketClient {
	/** credentials: what the server's handler of `connect` gets */
	constructor(credentials) {
		this.credentials = credentials;
		this.handlers = new Map();
		this.#connect();
	}

	on(event, handler) {
		if (!this.handlers.has(event)) this.handlers.set(event, new Set());
		this.handlers.get(event).add(handler);
	}

	off(event, handler) {
		this.handlers.get(event)?.delete(handler);
	}

	#connect() {
		this.socket = new WebSocket(`ws://${location.host}/socket.io/?EIO=4&transport=websocket`);
		this.socket.addEventListener("message", ({ data }) => this.#receive(data));
		this.socket.addEventListener("close", () => setTimeout(() => this.#connect(), 1000));
	}

	#receive(packet) {
		if (packet.startsWith("0")) this.socket.send(`40${JSON.stringify(this.credentials)}`);
		else if (packet === "2") this.socket.send("3");
		else if (packet.startsWith("42")) this.#emit(...JSON.parse(packet.slice(2)));
	}

	#emit(event, data) {
		for (const handler of this.handlers.get(event) ?? []) handler(data);
	}
}
