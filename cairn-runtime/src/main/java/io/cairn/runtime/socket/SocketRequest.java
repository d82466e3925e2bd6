// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.socket;

import io.cairn.service.uri.ServiceUriPaths;
import io.cairn.service.uri.UtilitySuffixes;
import org.jspecify.annotations.Nullable;

/**
 * What a client asks for in one message.
 *
 * @param id chosen by the client; the answer begins with it
 * @param verb as it was sent
 * @param path as it was sent
 * @param body empty if there is none
 */
record SocketRequest(String id, String verb, String path, String body) {
  static final String POST = "POST";
  static final String DELETE = "DELETE";
  static final String REPLY = "REPLY";

  private static final String LINE_END = "\r\n";
  private static final String SERVICES = ServiceUriPaths.WEB_SOCKET_SERVICE_PREFIX;
  private static final String SUBSCRIPTIONS = UtilitySuffixes.SERVICE_URI_SUFFIX_SUBSCRIPTIONS;
  private static final int LONGEST_ID = 128;

  /** What there is to ask for. */
  enum Wish {
    CREATE,
    STOP,
    REPLY,
    SUBSCRIBE,
    UNSUBSCRIBE,
    /** Nothing that anybody here understands. */
    UNKNOWN
  }

  /** Reads a message; null if it has not the form of one. */
  static @Nullable SocketRequest parse(String message) {
    int first = message.indexOf(LINE_END);
    if (first <= 0 || first > LONGEST_ID) {
      return null;
    }
    int begin = first + LINE_END.length();
    int second = message.indexOf(LINE_END, begin);
    int end = second < 0 ? message.length() : second;
    int space = message.indexOf(' ', begin);
    if (space <= begin || space + 1 >= end || message.charAt(space + 1) != '/') {
      return null;
    }
    return new SocketRequest(
        message.substring(0, first),
        message.substring(begin, space),
        message.substring(space + 1, end),
        second < 0 ? "" : message.substring(second + LINE_END.length()));
  }

  Wish wish() {
    boolean subscription = path.endsWith(SUBSCRIPTIONS) && path.indexOf('?') < 0;
    boolean service = !subscription && path.startsWith(SERVICES + '/');
    return switch (verb) {
      case POST ->
          subscription ? Wish.SUBSCRIBE : path.equals(SERVICES) ? Wish.CREATE : Wish.UNKNOWN;
      case DELETE -> subscription ? Wish.UNSUBSCRIBE : service ? Wish.STOP : Wish.UNKNOWN;
      case REPLY -> service ? Wish.REPLY : Wish.UNKNOWN;
      default -> Wish.UNKNOWN;
    };
  }

  /** The message that answers this one. */
  String answer(int status, String answerBody) {
    String head = status + " " + id;
    return answerBody.isEmpty() ? head : head + LINE_END + answerBody;
  }
}
