// SPDX-License-Identifier: Apache-2.0
/*
 * Services that a page serves over a WebSocket.
 *
 *   const connection = new WSL.WebSocketConnection("/core/ws-endpoint");
 *   connection.createService(
 *     (op) => { console.log(op.action, op.body); op.complete(); },
 *     (service) => service.subscribe("/core/examples/subscriptions"));
 *
 * Every op ends by op.complete() or op.fail(exception, body); op.body is what is answered. The
 * next notification of a subscription comes when the last one has been answered.
 */
var WSL = (function () {
  "use strict";

  const LINE_END = "\r\n";
  const SERVICES = "/ws-service";
  const ignore = function () {};

  class ServiceOperation {
    constructor(sent, answer) {
      this.id = sent.id;
      this.action = sent.action;
      this.path = sent.path;
      this.query = sent.query;
      this.referer = sent.referer;
      this.requestHeaders = sent.requestHeaders || {};
      this.responseHeaders = {};
      this.statusCode = 200;
      this.body = sent.jsonBody ? JSON.parse(sent.jsonBody) : null;
      this.answer = answer;
    }

    complete() {
      const answer = this.answer;
      this.answer = ignore; // an operation ends once
      answer({
        id: this.id,
        statusCode: this.statusCode,
        responseHeaders: this.responseHeaders,
        responseJsonBody: JSON.stringify(this.body === undefined ? null : this.body)
      });
    }

    fail(exception, body) {
      this.statusCode = this.statusCode < 400 ? 500 : this.statusCode;
      this.body = body === undefined ? { message: String(exception), statusCode: this.statusCode } : body;
      this.complete();
    }
  }

  class WebSocketService {
    constructor(connection, uri, handler) {
      this.connection = connection;
      this.uri = uri;
      this.path = new URL(uri).pathname;
      this.handleRequest = handler;
    }

    subscribe(path, onSuccess, onFailure, terms) {
      this.ask("POST", path, Object.assign({}, terms, { reference: this.uri }), onSuccess, onFailure);
    }

    unsubscribe(path, onSuccess, onFailure) {
      this.ask("DELETE", path, { reference: this.uri }, onSuccess, onFailure);
    }

    stop(onSuccess, onFailure) {
      this.ask("DELETE", this.path, null, onSuccess, onFailure);
    }

    ask(verb, path, body, onSuccess, onFailure) {
      this.connection.ask(verb, path, body, function (status, answer) {
        if (status < 300) {
          (onSuccess || ignore)();
        } else {
          (onFailure || ignore)(status, answer);
        }
      });
    }

    take(sent) {
      const op = new ServiceOperation(sent, (reply) => this.connection.ask("REPLY", this.path, reply));
      try {
        this.handleRequest(op);
      } catch (exception) {
        op.fail(exception);
      }
    }
  }

  class WebSocketConnection {
    constructor(endpoint, onClose) {
      const url = new URL(endpoint, location.href);
      url.protocol = url.protocol === "https:" || url.protocol === "wss:" ? "wss:" : "ws:";
      this.services = new Map();
      this.answers = new Map();
      this.early = [];
      this.count = 0;
      this.webSocket = new WebSocket(url.href);
      this.webSocket.onopen = () => {
        const waiting = this.early;
        this.early = null;
        waiting.forEach((message) => this.webSocket.send(message));
      };
      this.webSocket.onmessage = (event) => this.take(event.data);
      this.webSocket.onclose = (event) => {
        this.early = null;
        this.answers.forEach((answer) => answer(503, event.reason || "the connection is closed"));
        this.answers.clear();
        (onClose || ignore)(event);
      };
    }

    createService(handler, onReady, onFailure) {
      this.ask("POST", SERVICES, null, (status, body) => {
        if (status >= 300) {
          (onFailure || ignore)(status, body);
          return;
        }
        const service = new WebSocketService(this, JSON.parse(body).uri, handler);
        this.services.set(service.uri, service);
        (onReady || ignore)(service);
      });
    }

    close() {
      this.webSocket.close();
    }

    ask(verb, path, body, answered) {
      const id = String(this.count++);
      const lines = [id, verb + " " + path];
      if (body) {
        lines.push(JSON.stringify(body));
      }
      if (answered) {
        this.answers.set(id, answered);
      }
      const message = lines.join(LINE_END);
      if (this.early) {
        this.early.push(message);
      } else {
        this.webSocket.send(message);
      }
    }

    take(message) {
      const end = message.indexOf(LINE_END);
      const line = end < 0 ? message : message.slice(0, end);
      const body = end < 0 ? null : message.slice(end + LINE_END.length);
      const space = line.indexOf(" ");
      const first = line.slice(0, space);
      const second = line.slice(space + 1);
      if (first === "POST") {
        const service = this.services.get(second);
        if (service) {
          service.take(JSON.parse(body));
        }
      } else if (this.answers.has(second)) {
        const answered = this.answers.get(second);
        this.answers.delete(second);
        answered(Number(first), body);
      }
    }
  }

  return { WebSocketConnection: WebSocketConnection };
})();
