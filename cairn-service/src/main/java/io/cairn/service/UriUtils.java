// SPDX-License-Identifier: Apache-2.0
package io.cairn.service;

import io.cairn.document.ServiceDocument;
import io.cairn.service.uri.Links;
import io.cairn.service.uri.PathTemplate;
import io.cairn.service.uri.ServiceUriPaths;
import io.cairn.service.uri.UriEscapes;
import io.cairn.service.uri.UriQueries;
import java.lang.reflect.Field;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Builds and takes apart the URIs and links of services. A <em>link</em> is the path of a URI: it
 * starts with a slash and does not end with one. All functions are pure.
 */
public final class UriUtils extends UriQueries {
  private static final char PATH_CHAR = '/';

  private UriUtils() {}

  /** Where a forwarding service sends a request. */
  public enum ForwardingTarget {
    /** The node with the id given by {@code peer}. */
    PEER_ID,
    /** The owner of a key. */
    KEY_HASH,
    /** Every node. */
    ALL
  }

  // ---- building

  /**
   * A URI from its parts.
   *
   * @param port -1 leaves the port out
   * @param path normalized: one leading slash, no trailing one
   * @param query in decoded form; null for none
   * @throws IllegalArgumentException if the parts make no URI
   */
  public static URI buildUri(
      String scheme, @Nullable String host, int port, String path, @Nullable String query) {
    return buildUri(scheme, host, port, path, query, null);
  }

  /** As the five-argument form, with user information before the host. */
  public static URI buildUri(
      String scheme,
      @Nullable String host,
      int port,
      @Nullable String path,
      @Nullable String query,
      @Nullable String userInfo) {
    try {
      String normalized = path == null ? "" : path.isEmpty() ? "" : normalizeUriPath(path);
      return new URI(scheme, userInfo, host, port, normalized, query, null).normalize();
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  /** The public URI of {@code host}. */
  public static URI buildUri(ServiceHost host) {
    return buildUri(host, "");
  }

  /** The local URI of the link {@code path} on {@code host}; a query in {@code path} is kept. */
  public static URI buildUri(ServiceHost host, String path) {
    return buildUri(host.getUri(), path);
  }

  /** As {@link #buildUri(ServiceHost, String)} with a query in decoded form. */
  public static URI buildUri(ServiceHost host, String path, @Nullable String query) {
    return buildUri(host.getUri(), path, query);
  }

  /** {@code host}'s URI followed by the segments {@code path}. */
  public static URI buildUri(URI host, String... path) {
    if (path.length == 1) {
      return resolve(host, path[0]);
    }
    return resolve(host, buildUriPath(path));
  }

  /** {@code base} with another path and query. */
  public static URI buildUri(URI base, String path, @Nullable String query) {
    return buildUri(
        base.getScheme(), base.getHost(), base.getPort(), path, query, base.getUserInfo());
  }

  /** The URI of the singleton service class, found through its {@code SELF_LINK}. */
  public static URI buildUri(ServiceHost host, Class<? extends Service> type) {
    return buildUri(host, linkField(type, FIELD_NAME_SELF_LINK));
  }

  /** Parses {@code uri}; null if it is not one. */
  public static @Nullable URI buildUri(String uri) {
    try {
      return new URI(uri).normalize();
    } catch (URISyntaxException e) {
      return null;
    }
  }

  /** As other nodes and clients see the link of these segments on {@code host}. */
  public static URI buildPublicUri(ServiceHost host, String... path) {
    return buildUri(host.getPublicUri(), path);
  }

  /** As {@link #buildPublicUri(ServiceHost, String...)} with a query in decoded form. */
  public static URI buildPublicUri(ServiceHost host, String path, @Nullable String query) {
    return buildUri(host.getPublicUri(), path, query);
  }

  /** The factory URI of a child service class, found through its {@code FACTORY_LINK}. */
  public static URI buildFactoryUri(ServiceHost host, Class<? extends Service> childType) {
    return buildUri(host, factoryLinkOf(childType));
  }

  /**
   * The link that a class declares for the factory of its documents.
   *
   * @throws IllegalArgumentException if it declares none
   */
  public static String factoryLinkOf(Class<? extends Service> childType) {
    return linkField(childType, FIELD_NAME_FACTORY_LINK);
  }

  /**
   * The link that a service was given, or its class declares; of a factory that has neither, that
   * which its children's class declares for it.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static String linkOf(Service service) {
    String given =
        service instanceof AbstractService known ? known.selfLinkOrNull() : service.getSelfLink();
    if (given != null) {
      return given;
    }
    Class<?> type = service.getClass();
    if (service instanceof FactoryService factory
        && Arrays.stream(type.getFields()).noneMatch(UriUtils::isSelfLink)) {
      try {
        return factoryLinkOf(factory.newChild().getClass());
      } catch (Exception e) {
        throw new IllegalArgumentException("The link of the factory is unknown: " + e, e);
      }
    }
    return linkField(type, FIELD_NAME_SELF_LINK);
  }

  private static boolean isSelfLink(Field field) {
    return field.getName().equals(FIELD_NAME_SELF_LINK);
  }

  private static String linkField(Class<?> type, String name) {
    try {
      Object value = type.getField(name).get(null);
      if (value instanceof String link) {
        return link;
      }
    } catch (ReflectiveOperationException e) {
      throw new IllegalArgumentException(
          type.getName()
              + " has no public "
              + name
              + " that says where it is served; add one, or serve it at a path",
          e);
    }
    throw new IllegalArgumentException(type.getName() + "." + name + " is not a String");
  }

  private static URI resolve(URI host, String pathAndQuery) {
    int question = pathAndQuery.indexOf('?');
    String path = question < 0 ? pathAndQuery : pathAndQuery.substring(0, question);
    StringBuilder uri = new StringBuilder(pathAndQuery.length() + 32);
    uri.append(host.getScheme()).append("://").append(host.getRawAuthority());
    if (!path.isEmpty()) {
      uri.append(UriEscapes.escapeIllegal(normalizeUriPath(path)));
    }
    if (question >= 0) {
      uri.append('?').append(UriEscapes.escapeIllegal(pathAndQuery.substring(question + 1)));
    }
    URI resolved = URI.create(uri.toString());
    return path.contains("/.") ? resolved.normalize() : resolved;
  }

  /**
   * Joins segments to a path: slashes between them, one in front, none at the end. Segments may
   * bring their own slashes; empty ones vanish.
   */
  public static String buildUriPath(String... segments) {
    StringBuilder path = new StringBuilder();
    for (String segment : segments) {
      String normal = normalizeUriPath(segment);
      if (normal.length() > 1) {
        path.append(normal);
      }
    }
    return path.isEmpty() ? URI_PATH_CHAR : path.toString();
  }

  /** One leading slash, none at the end; the empty path and the root become {@code "/"}. */
  public static String normalizeUriPath(@Nullable String path) {
    return Links.normalize(path);
  }

  /** {@code uri} with the segment {@code path} added to its path; its query is kept. */
  public static URI extendUri(URI uri, @Nullable String path) {
    String query = null;
    String suffix = path;
    if (path != null && path.indexOf('?') >= 0) {
      query = path.substring(path.indexOf('?') + 1);
      suffix = path.substring(0, path.indexOf('?'));
    } else {
      query = uri.getQuery();
    }
    String extended = suffix == null ? uri.getPath() : buildUriPath(uri.getPath(), suffix);
    return buildUri(
        uri.getScheme(), uri.getHost(), uri.getPort(), extended, query, uri.getUserInfo());
  }

  // ---- utility URIs of a service

  public static URI buildStatsUri(ServiceHost host, String link) {
    return buildUri(host, buildUriPath(link, ServiceHost.SERVICE_URI_SUFFIX_STATS));
  }

  public static URI buildStatsUri(URI service) {
    return extendUri(service, ServiceHost.SERVICE_URI_SUFFIX_STATS);
  }

  public static URI buildConfigUri(ServiceHost host, String link) {
    return buildUri(host, buildUriPath(link, ServiceHost.SERVICE_URI_SUFFIX_CONFIG));
  }

  public static URI buildConfigUri(URI service) {
    return extendUri(service, ServiceHost.SERVICE_URI_SUFFIX_CONFIG);
  }

  public static URI buildSubscriptionUri(ServiceHost host, String link) {
    return buildUri(host, buildUriPath(link, ServiceHost.SERVICE_URI_SUFFIX_SUBSCRIPTIONS));
  }

  public static URI buildSubscriptionUri(URI service) {
    return extendUri(service, ServiceHost.SERVICE_URI_SUFFIX_SUBSCRIPTIONS);
  }

  public static URI buildAvailableUri(ServiceHost host, String link) {
    return buildUri(host, buildUriPath(link, ServiceHost.SERVICE_URI_SUFFIX_AVAILABLE));
  }

  public static URI buildAvailableUri(URI service) {
    return extendUri(service, ServiceHost.SERVICE_URI_SUFFIX_AVAILABLE);
  }

  public static URI buildSynchronizationUri(URI service) {
    return extendUri(service, ServiceHost.SERVICE_URI_SUFFIX_SYNCHRONIZATION);
  }

  // ---- forwarding through a node selector

  /** Sends a request to every node of the selector and gathers the answers. */
  public static URI buildBroadcastRequestUri(URI target, String selectorLink) {
    return buildForwardUri(target, selectorLink, ForwardingTarget.ALL, null, null);
  }

  /** As the other form, to the nodes that keep what {@code key} names. */
  public static URI buildBroadcastRequestUri(
      URI target, String selectorLink, @Nullable String key) {
    return buildForwardUri(target, selectorLink, ForwardingTarget.ALL, key, null);
  }

  /** Sends a request to the owner of {@code key}; a null key means the target's path. */
  public static URI buildForwardRequestUri(URI target, @Nullable String key, String selectorLink) {
    return buildForwardUri(target, selectorLink, ForwardingTarget.KEY_HASH, key, null);
  }

  /** Sends a request to the node {@code peerId}. */
  public static URI buildForwardToPeerUri(URI target, String peerId, String selectorLink) {
    return buildForwardUri(target, selectorLink, ForwardingTarget.PEER_ID, null, peerId);
  }

  private static URI buildForwardUri(
      URI target,
      String selectorLink,
      ForwardingTarget kind,
      @Nullable String key,
      @Nullable String peer) {
    URI forwarder =
        buildUri(
            target,
            buildUriPath(selectorLink, ServiceUriPaths.SERVICE_URI_SUFFIX_FORWARDING),
            null);
    URI uri = extendUriWithQuery(forwarder, FORWARDING_URI_PARAM_NAME_PATH, target.getPath());
    if (key != null) {
      uri = extendUriWithQuery(uri, FORWARDING_URI_PARAM_NAME_KEY, key);
    }
    if (peer != null) {
      uri = extendUriWithQuery(uri, FORWARDING_URI_PARAM_NAME_PEER, peer);
    }
    if (target.getRawQuery() != null) {
      uri = extendUriWithQuery(uri, FORWARDING_URI_PARAM_NAME_QUERY, target.getRawQuery());
    }
    return extendUriWithQuery(uri, FORWARDING_URI_PARAM_NAME_TARGET, kind.name());
  }

  /**
   * The URI that the parameters select from the document index: a link or a prefix ending in {@code
   * *}, and optionally a capability.
   */
  public static URI buildDocumentQueryUri(
      ServiceHost host,
      String selfLink,
      boolean doExpand,
      boolean includeDeleted,
      Service.@Nullable ServiceOption capability) {
    URI uri =
        extendUriWithQuery(
            buildUri(host, ServiceUriPaths.CORE_DOCUMENT_INDEX),
            ServiceDocument.FIELD_NAME_SELF_LINK,
            selfLink);
    if (includeDeleted) {
      uri = extendUriWithQuery(uri, URI_PARAM_INCLUDE_DELETED, "true");
    }
    if (capability != null) {
      uri = extendUriWithQuery(uri, URI_PARAM_CAPABILITY, capability.name());
    }
    return doExpand ? buildExpandLinksQueryUri(uri) : uri;
  }

  // ---- paths

  /**
   * The values of a template's variables: {@code /vms/{id}/disks/{disk}} against {@code
   * /vms/7/disks/a} gives id=7, disk=a. Matching ends where the shorter of the two ends, and an
   * absent template gives an empty map.
   */
  public static Map<String, String> parseUriPathSegments(URI uri, @Nullable String template) {
    return PathTemplate.variables(uri.getPath(), template);
  }

  /** Whether {@code path} has as many segments as {@code template} and equals its constants. */
  public static boolean matchesTemplate(String path, String template) {
    return PathTemplate.matches(path, template);
  }

  /** What follows the last slash of the path. */
  public static String getLastPathSegment(URI uri) {
    return getLastPathSegment(uri.getPath());
  }

  /** What follows the last slash; empty if the path ends with one. */
  public static String getLastPathSegment(String link) {
    return link.substring(link.lastIndexOf(PATH_CHAR) + 1);
  }

  /** The path without its last segment; null for a path of one segment or none. */
  public static @Nullable String getParentPath(String link) {
    int end = link.length();
    if (end > 1 && link.charAt(end - 1) == PATH_CHAR) {
      end--;
    }
    int slash = link.lastIndexOf(PATH_CHAR, end - 1);
    return slash <= 0 ? null : link.substring(0, slash);
  }

  /** Whether {@code link} is below {@code parent}, at any depth. */
  public static boolean isChildPath(@Nullable String link, @Nullable String parent) {
    if (link == null || parent == null) {
      return false;
    }
    if (!link.startsWith(parent)) {
      return false;
    }
    if (parent.endsWith(URI_PATH_CHAR)) {
      return link.length() > parent.length();
    }
    return link.length() > parent.length() + 1 && link.charAt(parent.length()) == PATH_CHAR;
  }

  /** {@code /a/b/c} as one segment: {@code a-b-c}. */
  public static @Nullable String convertPathCharsFromLink(@Nullable String link) {
    return link == null ? null : trimPathSlashes(link).replace(PATH_CHAR, '-');
  }

  /** The path without slashes at its ends. */
  public static String trimPathSlashes(String path) {
    return normalizeUriPath(path).substring(1);
  }

  /** Whether {@code uri} leads to {@code host}, by its local or its public address. */
  public static boolean isHostEqual(ServiceHost host, URI uri) {
    return isSameHost(host.getUri(), uri) || isSameHost(host.getPublicUri(), uri);
  }

  /** {@code uri} with another port. */
  public static URI updateUriPort(URI uri, int port) {
    return buildUri(
        uri.getScheme(), uri.getHost(), port, uri.getPath(), uri.getQuery(), uri.getUserInfo());
  }

  /** Whether both name the same scheme, host and port, with the scheme's port if none is given. */
  public static boolean isSameHost(URI a, URI b) {
    return portOf(a) == portOf(b)
        && String.valueOf(a.getHost()).equalsIgnoreCase(String.valueOf(b.getHost()));
  }

  /** The port of a URI, or its scheme's if it names none. */
  public static int portOf(URI uri) {
    if (uri.getPort() >= 0) {
      return uri.getPort();
    }
    return HTTPS_SCHEME.equalsIgnoreCase(uri.getScheme()) ? HTTPS_DEFAULT_PORT : HTTP_DEFAULT_PORT;
  }

  /** Whether the URI's path is that of a host rather than of a service. */
  public static boolean isHostUri(URI uri) {
    String path = uri.getPath();
    return path == null || path.isEmpty() || path.equals(URI_PATH_CHAR);
  }

  /**
   * Whether {@code link} may name a new child of {@code factoryLink}: the factory's prefix, one
   * slash and a name, or the name alone.
   */
  public static boolean isValidDocumentId(String link, @Nullable String factoryLink) {
    String id = link;
    if (factoryLink != null && isChildPath(link, factoryLink)) {
      id = link.substring(factoryLink.length());
    }
    return Links.isId(id.startsWith(URI_PATH_CHAR) ? id.substring(1) : id);
  }
}
