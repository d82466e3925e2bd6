// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.audit;

import io.cairn.service.Service.Action;
import io.cairn.service.UriUtils;
import io.cairn.service.uri.ServiceUriPaths;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Tells which requests are about security, by verb and path. */
final class AuditedActions {

  private static final String CORE = ServiceUriPaths.CORE + '/';
  private static final String CONFIG = "/config";
  private static final String FORWARDING = '/' + ServiceUriPaths.SERVICE_URI_SUFFIX_FORWARDING;
  private static final int LONGEST_TEXT = 1_024;
  private static final String EXPORT = ServiceUriPaths.CORE_BULK + "/export";

  /** What writes below a path are; of two that fit, the first. */
  private static final Map<String, AuditedAction> WRITES = new LinkedHashMap<>();

  static {
    WRITES.put(ServiceUriPaths.CORE_AUTHN_KEYS, AuditedAction.SIGNING_KEY);
    WRITES.put(ServiceUriPaths.CORE_AUTHN, AuditedAction.LOGIN);
    WRITES.put(ServiceUriPaths.CORE_AUTHZ_USERS, AuditedAction.USER);
    WRITES.put(ServiceUriPaths.CORE_AUTHZ_USER_GROUPS, AuditedAction.USER_GROUP);
    WRITES.put(ServiceUriPaths.CORE_AUTHZ_RESOURCE_GROUPS, AuditedAction.RESOURCE_GROUP);
    WRITES.put(ServiceUriPaths.CORE_AUTHZ_REVOCATIONS, AuditedAction.REVOCATION);
    WRITES.put(ServiceUriPaths.CORE_AUTHZ_API_KEYS, AuditedAction.API_KEY);
    WRITES.put(ServiceUriPaths.CORE_AUTHZ, AuditedAction.ROLE);
    WRITES.put(ServiceUriPaths.CORE_AUTH, AuditedAction.CREDENTIALS);
    WRITES.put(ServiceUriPaths.CORE_TENANTS, AuditedAction.TENANT);
    WRITES.put(ServiceUriPaths.NODE_GROUP_FACTORY, AuditedAction.MEMBERSHIP);
    WRITES.put(ServiceUriPaths.NODE_SELECTOR_PREFIX, AuditedAction.MEMBERSHIP);
    WRITES.put(ServiceUriPaths.CORE_MANAGEMENT + "/backups", AuditedAction.BACKUP);
    WRITES.put(ServiceUriPaths.CORE_MANAGEMENT, AuditedAction.SETTING);
    WRITES.put(ServiceUriPaths.CORE_BULK + "/import", AuditedAction.IMPORT);
    WRITES.put(ServiceUriPaths.CORE_AUDIT, AuditedAction.AUDIT);
  }

  private AuditedActions() {}

  /**
   * What a request is.
   *
   * @param path decoded, as {@link #plain} gives it
   * @return null if it is not about security
   */
  static @Nullable AuditedAction of(Action verb, String path) {
    if (!changes(verb)) {
      return isAtOrBelow(path, EXPORT) ? AuditedAction.EXPORT : null;
    }
    if (verb == Action.DELETE && path.equals(ServiceUriPaths.CORE_MANAGEMENT)) {
      return AuditedAction.STOP;
    }
    if (path.startsWith(CORE)) {
      for (Map.Entry<String, AuditedAction> each : WRITES.entrySet()) {
        if (isAtOrBelow(path, each.getKey())) {
          return each.getValue();
        }
      }
    }
    return path.endsWith(CONFIG) ? AuditedAction.SETTING : null;
  }

  /** Whether a request to a path is for another path, which its query or its body names. */
  static boolean isForwarding(String path) {
    return isAtOrBelow(path, ServiceUriPaths.NODE_SELECTOR_PREFIX);
  }

  /**
   * The path that a request to the forwarding service of a selector is for.
   *
   * @param query of the request, as it was sent
   * @return null if it names none
   */
  static @Nullable String forwarded(String path, @Nullable String query) {
    if (query == null || !isForwarding(path) || !path.endsWith(FORWARDING)) {
      return null;
    }
    try {
      String target =
          UriUtils.parseUriQueryParams(new URI("http://host/?" + query))
              .get(UriUtils.FORWARDING_URI_PARAM_NAME_PATH);
      return target == null || !target.startsWith("/")
          ? null
          : trimmed(new URI("http", "host", target, null).normalize().getPath());
    } catch (URISyntaxException | IllegalArgumentException e) {
      return null; // it is refused
    }
  }

  /** So much of a text that a client has sent as may wait: more than any record shows. */
  static String shortened(String text) {
    return text.length() > LONGEST_TEXT ? text.substring(0, LONGEST_TEXT) : text;
  }

  /** Whether a verb may change something. */
  static boolean changes(Action verb) {
    return verb != Action.GET && verb != Action.OPTIONS;
  }

  private static boolean isAtOrBelow(String path, String prefix) {
    return path.startsWith(prefix)
        && (path.length() == prefix.length() || path.charAt(prefix.length()) == '/');
  }

  /**
   * The path that a request is dispatched by: who writes a path in another way does nothing else.
   *
   * @param path as it was sent
   */
  static String plain(String path) {
    String plain = path;
    if (path.indexOf('%') >= 0 || path.contains("/.") || path.contains("//")) {
      try {
        String decoded = new URI("http://host" + path).normalize().getPath();
        plain = decoded == null ? path : decoded;
      } catch (URISyntaxException e) {
        return path; // nothing answers there
      }
    }
    return trimmed(plain);
  }

  static String trimmed(String path) {
    int end = path.length();
    while (end > 1 && path.charAt(end - 1) == '/') {
      end--;
    }
    return end == path.length() ? path : path.substring(0, end);
  }
}
