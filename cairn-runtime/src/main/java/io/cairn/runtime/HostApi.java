// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime;

import io.cairn.runtime.dispatch.Dispatcher;
import io.cairn.runtime.dispatch.ServiceRegistry;
import io.cairn.runtime.openapi.ApiDocuments;
import io.cairn.runtime.openapi.ApiPageService;
import io.cairn.runtime.openapi.ApiService;
import io.cairn.runtime.openapi.OpenApiService;
import io.cairn.runtime.openapi.SwaggerService;
import io.cairn.runtime.security.Guard;
import io.cairn.runtime.security.Subject;
import io.cairn.runtime.stateful.ServiceType;
import io.cairn.service.Operation;
import io.cairn.service.Service.Action;
import io.cairn.service.ServiceHost;
import io.cairn.service.UriUtils;
import io.cairn.service.security.AuthorizationContext;
import io.cairn.service.uri.ServiceUriPaths;
import java.net.URI;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What the documents about a host's API are made of. Thread-safe. */
final class HostApi implements ApiDocuments.Host {
  private final ServiceHost host;
  private final ServiceRegistry registry;
  private final Dispatcher dispatcher;
  private final Guard guard;

  HostApi(ServiceHost host, HostServices services) {
    this.host = host;
    this.registry = services.registry();
    this.dispatcher = services.dispatcher();
    this.guard = services.guard();
  }

  /** Starts the services that answer with the documents. Returns when they do. */
  static void start(ServiceHost host, ApiDocuments documents) {
    for (String form : new String[] {"", ".json", ".yaml"}) {
      host.startAndAwait(new OpenApiService(documents), ServiceUriPaths.CORE_OPENAPI + form);
    }
    host.startAndAwait(new SwaggerService(documents), ServiceUriPaths.SWAGGER);
    host.startAndAwait(new ApiPageService(), ServiceUriPaths.CORE_UI_API);
  }

  @Override
  public Stream<ApiService> services() {
    return registry.all().stream().map(this::described);
  }

  @Override
  public @Nullable ApiService find(String link) {
    ServiceRegistry.Entry entry = registry.find(link);
    if (entry != null) {
      return described(entry);
    }
    ServiceType type = dispatcher.typeOf(link);
    return type == null ? null : new ApiService.Document(link, type.model(), type.model().needs());
  }

  private ApiService described(ServiceRegistry.Entry entry) {
    return switch (entry) {
      case ServiceRegistry.Stateless(var link, var service, _) ->
          new ApiService.Computed(link, service, dispatcher.needsOf(entry));
      case ServiceRegistry.Factory(var link, var service, var children) ->
          new ApiService.Collection(link, service, children.model(), dispatcher.needsOf(entry));
      case ServiceRegistry.Singleton(var link, var type) ->
          new ApiService.Document(link, type.model(), type.model().needs());
    };
  }

  @Override
  public boolean mayAsk(Operation asker, Action verb, String path) {
    if (!guard.isOn()) {
      return true;
    }
    Operation wanted =
        Operation.createGet(UriUtils.buildUri(host, path))
            .setAction(verb)
            .setReferer(host.getUri())
            .setAuthorizationContext(asker.getAuthorizationContext());
    boolean all = path.endsWith(ApiDocuments.ANY);
    return dispatcher.mightDo(
        wanted, all ? path.substring(0, path.length() - ApiDocuments.ANY.length() + 1) : path);
  }

  /** What documents depend on. */
  private record State(Subject asker, long services, long decisions) {}

  @Override
  public @Nullable Object state(Operation asker) {
    AuthorizationContext who = asker.getAuthorizationContext();
    if (!guard.isOn()) {
      return new State(Subject.GUEST, registry.revision(), 0);
    }
    State state = new State(Guard.subjectOf(asker), registry.revision(), guard.revision());
    return guard.isValid(who) ? state : null;
  }

  @Override
  public boolean isGuarded() {
    return guard.isOn();
  }

  @Override
  public String version() {
    String version = HostApi.class.getPackage().getImplementationVersion();
    return version == null ? "0" : version;
  }

  @Override
  public URI publicUri() {
    return host.getPublicUri();
  }
}
