// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.openapi;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.cairn.document.NearestName;
import io.cairn.runtime.openapi.ApiForm.Written;
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
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Makes the documents that describe the API of a host: of all its services, or of one. Each is made
 * when it is asked for, of the services that are started then, and shows only what whoever asks
 * might be allowed. Those of all services cost some tenths of a second of a processor: one is
 * written at a time, and kept until services, roles or who asks are others. Bounded; thread-safe.
 */
public final class ApiDocuments implements ApiDescription {
  /** The most services that one document describes; what is beyond is told, not shown. */
  static final int MOST = 1_000;

  /**
   * Stands behind the link of a collection for each of its documents, where it is asked who may.
   */
  public static final String ANY = "/any";

  private static final String BELOW = "below";

  /** How long all that is kept may be, in characters. */
  private static final long MOST_KEPT = 16L << 20;

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

    /**
     * What documents for who asks depend on, beside what they are asked for: equal while that is
     * the same; null if nothing may be kept.
     */
    @Nullable Object state(Operation asker);

    /** Whether it matters who asks. */
    boolean isGuarded();

    /** The version of the program. */
    String version();

    /** Where others reach it. */
    URI publicUri();
  }

  /** What a document was written for. */
  private record Question(Object state, String path, String query, boolean yaml) {}

  private final Host host;
  private final ReentrantLock writing = new ReentrantLock();
  private final Cache<Question, Written> kept =
      Caffeine.newBuilder()
          .maximumWeight(MOST_KEPT)
          .weigher((Question asked, Written written) -> written.text().length())
          .build();

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
   * Answers with the document of a host.
   *
   * @param path of the request
   * @param form what becomes of the document in OpenAPI
   */
  void answerHost(Operation get, String path, UnaryOperator<ObjectNode> form) {
    ApiForm.answerWritten(get, path, yaml -> ofHost(get, path, form, yaml));
  }

  private Written ofHost(Operation get, String path, UnaryOperator<ObjectNode> form, boolean yaml) {
    String query = String.valueOf(get.getUri().getRawQuery());
    Question before = question(host.state(get), path, query, yaml);
    Written known = before == null ? null : kept.getIfPresent(before);
    if (known != null) {
      return known;
    }
    writing.lock(); // who waits has a thread of its own
    try {
      known = before == null ? null : kept.getIfPresent(before);
      if (known != null) {
        return known;
      }
      Written written = ApiForm.written(form.apply(ofHost(get)), yaml);
      if (before != null && before.equals(question(host.state(get), path, query, yaml))) {
        kept.put(before, written);
      }
      return written;
    } finally {
      writing.unlock();
    }
  }

  private static @Nullable Question question(
      @Nullable Object state, String path, String query, boolean yaml) {
    return state == null ? null : new Question(state, path, query, yaml);
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
