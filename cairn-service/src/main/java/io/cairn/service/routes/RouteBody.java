// SPDX-License-Identifier: Apache-2.0
package io.cairn.service.routes;

import io.cairn.document.DocumentKinds;
import io.cairn.service.Operation;
import io.cairn.service.Request;
import io.cairn.service.http.MediaTypes;
import io.cairn.service.http.OperationVocabulary;
import java.io.InputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The body that a route takes: its class, and the media types that it may come as.
 *
 * @param type null if the route has no use for a body
 * @param mediaTypes types or ranges
 */
record RouteBody<B>(@Nullable Class<B> type, List<String> mediaTypes) {

  static RouteBody<Void> none() {
    return new RouteBody<>(null, List.of());
  }

  static <B> RouteBody<B> of(Class<B> type, List<String> mediaTypes) {
    return new RouteBody<>(type, mediaTypes.isEmpty() ? usual(type) : mediaTypes);
  }

  private static List<String> usual(Class<?> type) {
    if (type == Multipart.class) {
      return List.of(Multipart.MEDIA_TYPE);
    }
    if (type == byte[].class || type == InputStream.class) {
      return List.of(OperationVocabulary.MEDIA_TYPE_EVERYTHING_WILDCARDS);
    }
    return List.of(
        type == String.class ? "text/*" : OperationVocabulary.MEDIA_TYPE_APPLICATION_JSON);
  }

  /** Whether a request's body has a type that is taken, or the request has none. */
  boolean takes(Operation op) {
    return type == null || !op.hasBody() || MediaTypes.isTaken(op.getContentType(), mediaTypes);
  }

  /** Whether the body is read as it arrives. */
  boolean isStream() {
    return type == InputStream.class || type == Multipart.class;
  }

  /** The body as a value: the one place where a route makes one of it. */
  B read(Request request) {
    if (type == null) {
      throw new IllegalStateException("the route takes no body");
    }
    if (type == InputStream.class) {
      return type.cast(request.bodyStream());
    }
    if (type == Multipart.class) {
      String contentType = request.header(OperationVocabulary.CONTENT_TYPE_HEADER).orElse("");
      return type.cast(Multipart.of(contentType, request.bodyStream()));
    }
    return request.body(type);
  }

  @Nullable String kind() {
    return type == null ? null : DocumentKinds.shared().kindOf(type);
  }
}
