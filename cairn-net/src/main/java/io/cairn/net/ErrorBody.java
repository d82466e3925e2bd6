// SPDX-License-Identifier: Apache-2.0
package io.cairn.net;

import java.nio.charset.StandardCharsets;

/** Makes the JSON bodies of the errors that the server answers by itself. */
@FunctionalInterface
public interface ErrorBody {

  /** Returns the JSON body for a status and a message that is fit for strangers to read. */
  byte[] of(int status, String message);

  /**
   * Gives an error the form that the client asks for; called for each answer with a status of 400
   * or more, on any thread.
   */
  default HttpResponse shaped(HttpRequest request, HttpResponse error) {
    return error;
  }

  /** The error body that every other part of the system answers with. */
  ErrorBody STANDARD =
      (status, message) ->
          ("{\"message\":\""
                  + escaped(message)
                  + "\",\"statusCode\":"
                  + status
                  + ",\"documentKind\":\"com:vmware:xenon:common:ServiceErrorResponse\"}")
              .getBytes(StandardCharsets.UTF_8);

  private static String escaped(String text) {
    StringBuilder out = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else if (c < ' ') {
        out.append(String.format("\\u%04x", (int) c));
      } else {
        out.append(c);
      }
    }
    return out.toString();
  }
}
