// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.rest;

import io.cairn.net.HttpRequest;
import io.cairn.service.Operation;

/**
 * Knows which requests can go to another node as they came: those whose target means what it says,
 * letter by letter, that ask for no stream of events and are not so large that to copy them keeps
 * others waiting.
 */
final class PlainRequests {
  private static final int LARGEST_BODY = 256 << 10;

  /** Means something to the node that gets it. */
  private static final String PARAMETER = "consistency";

  private static final String OTHER_LETTERS = "-._~!$&'()*+,;=:@/";
  private static final boolean[] LETTERS = new boolean[128];

  static {
    for (char c = 0; c < LETTERS.length; c++) {
      LETTERS[c] =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || OTHER_LETTERS.indexOf(c) >= 0;
    }
  }

  private PlainRequests() {}

  /** Whether a request is one. */
  static boolean areLike(HttpRequest request) {
    String query = request.query();
    return request.body().length <= LARGEST_BODY
        && isPath(request.path())
        && (query == null || (isOfLetters(query) && !query.contains(PARAMETER)))
        && !wantsEvents(request);
  }

  private static boolean isPath(String path) {
    return path.startsWith("/")
        && !path.endsWith("/")
        && isOfLetters(path)
        && !path.contains("//")
        && !path.contains("/.");
  }

  /** Whether a text is part of a URI with nothing to decode. */
  private static boolean isOfLetters(String text) {
    for (int at = 0; at < text.length(); at++) {
      char c = text.charAt(at);
      if (c >= LETTERS.length || !LETTERS[c]) {
        return false;
      }
    }
    return true;
  }

  /** Whether a request asks for a stream of events. */
  static boolean wantsEvents(HttpRequest request) {
    String accept = request.headers().get(Operation.ACCEPT_HEADER);
    return accept != null && accept.contains(Operation.MEDIA_TYPE_TEXT_EVENT_STREAM);
  }
}
