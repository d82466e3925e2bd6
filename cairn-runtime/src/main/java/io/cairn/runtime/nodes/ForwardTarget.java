// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.nodes;

import io.cairn.service.UriUtils;
import io.cairn.service.UriUtils.ForwardingTarget;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where a request to a forwarding service wants to go.
 *
 * @param kind which nodes
 * @param path the service, decoded
 * @param query its query, encoded; null for none
 * @param key what is looked up to find the owner
 * @param peer the node's id; null unless that is what was asked for
 */
record ForwardTarget(
    ForwardingTarget kind, String path, @Nullable String query, String key, @Nullable String peer) {

  /**
   * Reads the parameters of a request.
   *
   * @throws IllegalArgumentException that names the parameter that is missing or wrong
   */
  static ForwardTarget of(URI uri) {
    Map<String, String> parameters = UriUtils.parseUriQueryParams(uri);
    ForwardingTarget kind = kind(required(parameters, UriUtils.FORWARDING_URI_PARAM_NAME_TARGET));
    String path = required(parameters, UriUtils.FORWARDING_URI_PARAM_NAME_PATH);
    String peer =
        kind == ForwardingTarget.PEER_ID
            ? required(parameters, UriUtils.FORWARDING_URI_PARAM_NAME_PEER)
            : null;
    String key = parameters.get(UriUtils.FORWARDING_URI_PARAM_NAME_KEY);
    return new ForwardTarget(
        kind,
        path,
        blankToNull(parameters.get(UriUtils.FORWARDING_URI_PARAM_NAME_QUERY)),
        key == null || key.isEmpty() ? path : key,
        peer);
  }

  private static @Nullable String blankToNull(@Nullable String text) {
    return text == null || text.isBlank() ? null : text;
  }

  private static ForwardingTarget kind(String name) {
    try {
      return ForwardingTarget.valueOf(name.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "target is one of %s, not '%s'"
              .formatted(Arrays.toString(ForwardingTarget.values()), name),
          e);
    }
  }

  private static String required(Map<String, String> parameters, String name) {
    String value = parameters.get(name);
    if (value == null || value.isBlank()) {
      throw new IllegalArgumentException("query parameter " + name + " is required");
    }
    return value;
  }

  /**
   * The URI of a path on a node.
   *
   * @param node the node's URI, of which scheme and authority count
   * @param query encoded; null for none
   * @throws IllegalArgumentException if path or query make no URI
   */
  static URI on(URI node, String path, @Nullable String query) {
    if (!path.startsWith("/") || path.contains("/../") || path.endsWith("/..")) {
      throw new IllegalArgumentException("path must begin with / and hold no '..': " + path);
    }
    try {
      URI plain = new URI(node.getScheme(), node.getRawAuthority(), path, null, null);
      return query == null ? plain : new URI(plain + "?" + query);
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("path and query make no URI: " + path + " " + query, e);
    }
  }
}
