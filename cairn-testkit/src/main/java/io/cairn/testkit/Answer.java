// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit;

import io.cairn.document.DocumentJson;
import io.cairn.document.ServiceErrorResponse;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What a host answered over HTTP.
 *
 * @param status the status code
 * @param headers the first value of each header, by lower case name
 * @param body the body; empty if there was none
 */
@SuppressWarnings("ArrayRecordComponent") // read once, compared by nobody
public record Answer(int status, Map<String, String> headers, byte[] body) {

  static Answer of(HttpResponse<byte[]> response) {
    Map<String, String> headers = new LinkedHashMap<>();
    response
        .headers()
        .map()
        .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values.getFirst()));
    return new Answer(response.statusCode(), headers, response.body());
  }

  /** Whether the host did what it was asked. */
  public boolean isSuccess() {
    return status < 400;
  }

  /** A header's first value. */
  public @Nullable String header(String name) {
    return headers.get(name.toLowerCase(Locale.ROOT));
  }

  /** The body as text. */
  public String text() {
    return new String(body, StandardCharsets.UTF_8);
  }

  /**
   * The body as JSON.
   *
   * @throws IllegalArgumentException if it is none
   */
  public JsonNode json() {
    return DocumentJson.standard().readTree(body);
  }

  /** The body as an object. */
  public <T> T as(Class<T> type) {
    return DocumentJson.standard().fromJson(body, type);
  }

  /**
   * What became of the request, as far as this answer tells: an error means that nothing was
   * changed, unless it says that the outcome is unknown.
   */
  public Outcome outcome() {
    if (isSuccess()) {
      return Outcome.ACKNOWLEDGED;
    }
    return errorCode() == ServiceErrorResponse.ERROR_CODE_OUTCOME_UNKNOWN
        ? Outcome.UNKNOWN
        : Outcome.REFUSED;
  }

  /** The error code of the standard error body; 0 if there is none. */
  public int errorCode() {
    try {
      return isSuccess() ? 0 : as(ServiceErrorResponse.class).getErrorCode();
    } catch (IllegalArgumentException e) {
      return 0;
    }
  }

  @Override
  public String toString() {
    return status + " " + headers + " " + text();
  }
}
