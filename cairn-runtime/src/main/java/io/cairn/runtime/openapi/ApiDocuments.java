// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.openapi;

import io.cairn.document.NearestName;
import io.cairn.runtime.utility.ApiDescription;
import io.cairn.service.Operation;
import io.cairn.service.Service;
import io.cairn.service.Service.Action;
import io.cairn.service.UriUtils;
import io.cairn.service.uri.ServiceUriPaths;
import java.net.URI;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Makes the documents that describe the API of a host: of all its services, or of one. Each is made
 * when it is asked for, of the services that are started then, and shows only what whoever asks
 * might be allowed. Thread-safe.
 */
public final class ApiDocuments implements ApiDescription {
  /** The most services that one document describes; what is beyond is told, not shown. */
  static final int MOST = 1_000;

  private static final String BELOW = "below";

  /** Names of what is below are known to those alone who were told. */
  private static final List<String> UNTOLD =
      List.of(ServiceUriPaths.CORE_CALLBACKS + '/', ServiceUriPaths.WEB_SOCKET_SERVICE_PREFIX);

  /** What a host is asked for. Thread-safe. */
  public interface Host {
    /** What is started. */
    Stream<ApiService> services();

    /** What is at a link; null if nothing is. */
    @Nullable ApiService find(String link);

    /** Whether anything speaks against having a request done for who has sent another. */
    boolean mayAsk(Operation asker, Action verb, String path);

    /** Whether it matters who asks. */
    boolean isGuarded();

    /** The version of the program. */
    String version();

    /** Where others reach it. */
    URI publicUri();
  }

  private final Host host;

  public ApiDocuments(Host host) {
    this.host = host;
  }

  @Override
  public void answer(Operation op, Service service, String suffix) {
    ApiService described = host.find(Objects.requireNonNull(service.getSelfLink()));
    if (op.getAction() != Action.GET) {
      Operation.failActionNotSupported(op);
    } else if (described == null) {
      Operation.failServiceNotFound(op);
    } else {
      requireNoParameters(op, List.of());
      ApiForm.answer(op, suffix, () -> ofService(op, described));
    }
  }

  /** The document of one service, with what every service has below its link. */
  ObjectNode ofService(Operation asker, ApiService service) {
    return writer(asker, service.link(), CoreTexts.of(service))
        .add(List.of(service), true)
        .written();
  }

  /**
   * The document of all services, or of those at and below the paths that the request names.
   *
   * @throws IllegalArgumentException if it names anything else
   */
  ObjectNode ofHost(Operation asker) {
    requireNoParameters(asker, List.of(BELOW));
    String below = UriUtils.parseUriQueryParams(asker.getUri()).get(BELOW);
    List<String> paths =
        below == null
            ? List.of()
            : Stream.of(below.split(",", -1)).map(ApiDocuments::path).toList();
    List<ApiService> all =
        host.services()
            .filter(service -> UNTOLD.stream().noneMatch(service.link()::startsWith))
            .filter(service -> paths.isEmpty() || paths.stream().anyMatch(p -> isBelow(service, p)))
            .sorted(Comparator.comparing(ApiService::link))
            .toList();
    if (all.isEmpty() && !paths.isEmpty()) {
      throw new IllegalArgumentException(
          "There is no service at or below %s. GET /?includes=ALL lists what is started"
              .formatted(below));
    }
    String more =
        all.size() <= MOST
            ? ""
            : " It has %d services, and these are the first %d: ask for /core/openapi?below=/some/path."
                .formatted(all.size(), MOST);
    return writer(
            asker,
            "Cairn",
            "The services of a Cairn host. Each has a description of its own, at its link and /openapi."
                + more)
        .add(all.subList(0, Math.min(MOST, all.size())), false)
        .written();
  }

  private static String path(String text) {
    if (!text.startsWith("/")) {
      throw new IllegalArgumentException(
          "below must be paths with a slash before, and commas between: /samples,/orders; not '%s'"
              .formatted(text));
    }
    return UriUtils.normalizeUriPath(text);
  }

  private static boolean isBelow(ApiService service, String path) {
    return path.equals("/") || service.link().equals(path) || service.link().startsWith(path + "/");
  }

  private static void requireNoParameters(Operation op, List<String> known) {
    for (Map.Entry<String, String> parameter :
        UriUtils.parseUriQueryParams(op.getUri()).entrySet()) {
      String name = parameter.getKey();
      if (!known.contains(name)) {
        throw new IllegalArgumentException(
            "There is no query parameter %s here%s"
                .formatted(
                    name,
                    NearestName.of(known.stream(), name)
                        .map(nearest -> "; is it " + nearest + "?")
                        .orElse(known.isEmpty() ? "" : ": only " + String.join(", ", known))));
      }
    }
  }

  private ApiWriter writer(Operation asker, String title, String description) {
    return new ApiWriter(
        new ApiWriter.Head(title, host.version(), description, host.publicUri().toString()),
        host.isGuarded(),
        (verb, path) -> host.mayAsk(asker, verb, path));
  }
}
