// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.dispatch;

import io.cairn.document.ServiceDocumentQueryResult;
import io.cairn.runtime.model.HostClock;
import io.cairn.runtime.security.Access;
import io.cairn.runtime.security.Needs;
import io.cairn.service.Operation;
import io.cairn.service.RequestRouter.Route.RouteDocumentation;
import io.cairn.service.RequestRouter.Route.RouteDocumentation.ApiResponse;
import io.cairn.service.RequestRouter.Route.RouteDocumentation.QueryParam;
import io.cairn.service.StatelessService;
import io.cairn.service.UriUtils;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Lists what is started on a host: factories, unless {@code includes} or {@code excludes} say which
 * options the services must have ({@code ALL} for every service). The children of factories are not
 * among them.
 */
@Needs(read = Access.KNOWN, write = Access.GRANTED)
public final class RootNamespaceService extends StatelessService {

  public static final String SELF_LINK = "/";

  private static final String INCLUDES = "includes";
  private static final String EXCLUDES = "excludes";
  private static final String MATCH_ALL = "matchAllOptions";
  private static final String EVERYTHING = "ALL";
  private static final Pattern OPTIONS_FILTER =
      Pattern.compile("\\s*options\\s+eq\\s+'?(\\w+)'?\\s*", Pattern.CASE_INSENSITIVE);

  /** A listing of the host that starts it. */
  public RootNamespaceService() {
    super(ServiceDocumentQueryResult.class);
    toggleOption(ServiceOption.CORE, true);
  }

  @RouteDocumentation(
      description = "Lists factories, or the services with certain options",
      queryParams = {
        @QueryParam(name = "includes", description = "Options of services, or ALL"),
        @QueryParam(name = "excludes", description = "Options that they must not have"),
        @QueryParam(
            name = "matchAllOptions",
            type = "boolean",
            description = "Whether they must have all that includes names")
      },
      responses =
          @ApiResponse(
              statusCode = 200,
              description = "Their links",
              response = ServiceDocumentQueryResult.class))
  @Override
  public void handleGet(Operation get) {
    HostClock clock = getHost().unwrap(HostClock.class);
    long begun = clock.nanos();
    Selection selection = Selection.of(UriUtils.parseUriQueryParams(get.getUri()));
    List<String> links =
        getHost().unwrap(ServiceRegistry.class).all().stream()
            .filter(entry -> selection.selects(optionsOf(entry)))
            .map(ServiceRegistry.Entry::link)
            .sorted()
            .toList();
    ServiceDocumentQueryResult result = new ServiceDocumentQueryResult();
    result.documentLinks.addAll(links);
    result.documentCount = (long) links.size();
    result.documentOwner = getHost().getId();
    result.queryTimeMicros = Math.max(1, clock.microsSince(begun));
    get.setBodyNoCloning(result).complete();
  }

  private static Set<ServiceOption> optionsOf(ServiceRegistry.Entry entry) {
    return switch (entry) {
      case ServiceRegistry.Stateless(var link, var service, var owners) -> service.getOptions();
      case ServiceRegistry.Factory factory -> factory.service().getOptions();
      case ServiceRegistry.Singleton(var link, var type) -> type.model().options();
    };
  }

  /** Which services are asked for. */
  private record Selection(
      boolean everything,
      EnumSet<ServiceOption> includes,
      EnumSet<ServiceOption> excludes,
      boolean matchAll) {

    static Selection of(Map<String, String> parameters) {
      String filter = parameters.get(UriUtils.URI_PARAM_ODATA_FILTER);
      String includes = filter == null ? parameters.get(INCLUDES) : optionOf(filter);
      String excludes = parameters.get(EXCLUDES);
      boolean everything =
          EVERYTHING.equalsIgnoreCase(includes) || (includes == null && excludes != null);
      EnumSet<ServiceOption> wanted =
          includes == null
              ? EnumSet.of(ServiceOption.FACTORY)
              : EnumSet.noneOf(ServiceOption.class);
      if (includes != null && !everything) {
        wanted.addAll(options(INCLUDES, includes));
      }
      return new Selection(
          everything,
          wanted,
          options(EXCLUDES, excludes),
          Boolean.parseBoolean(parameters.get(MATCH_ALL)));
    }

    private static String optionOf(String filter) {
      Matcher matcher = OPTIONS_FILTER.matcher(filter);
      if (!matcher.matches()) {
        throw new IllegalArgumentException(
            "$filter must be options eq 'AN_OPTION', not: " + filter);
      }
      return matcher.group(1);
    }

    private static EnumSet<ServiceOption> options(String parameter, @Nullable String text) {
      EnumSet<ServiceOption> options = EnumSet.noneOf(ServiceOption.class);
      if (text == null) {
        return options;
      }
      for (String name : text.split(",", -1)) {
        try {
          options.add(ServiceOption.valueOf(name.strip().toUpperCase(Locale.ROOT)));
        } catch (IllegalArgumentException e) {
          throw new IllegalArgumentException(
              "%s names no service option: '%s'. There are %s"
                  .formatted(parameter, name, Arrays.toString(ServiceOption.values())),
              e);
        }
      }
      return options;
    }

    boolean selects(Set<ServiceOption> options) {
      if (excludes.stream().anyMatch(options::contains)) {
        return false;
      }
      return everything
          || (matchAll
              ? options.containsAll(includes)
              : includes.stream().anyMatch(options::contains));
    }
  }
}
