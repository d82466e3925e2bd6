// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.dispatch;

import io.cairn.runtime.documents.DocumentDirectory;
import io.cairn.runtime.documents.DocumentStorage;
import io.cairn.runtime.model.ServiceModel;
import io.cairn.runtime.routing.OwnerRouter;
import io.cairn.runtime.schema.SchemaCheck;
import io.cairn.runtime.security.SubjectContext;
import io.cairn.runtime.stateful.ServiceType;
import io.cairn.runtime.stateful.StatefulServices;
import io.cairn.service.FactoryService;
import io.cairn.service.Operation;
import io.cairn.service.Service;
import io.cairn.service.Service.ProcessingStage;
import io.cairn.service.Service.ServiceOption;
import io.cairn.service.ServiceHost;
import io.cairn.service.StandardRefusal;
import io.cairn.service.StatefulService;
import io.cairn.service.StatelessService;
import io.cairn.service.UriUtils;
import io.cairn.service.Utils;
import io.cairn.service.uri.Links;
import org.jspecify.annotations.Nullable;

/** Starts and stops the services that a host is given, factories among them. Thread-safe. */
public final class ServiceStarter {

  private final ServiceHost host;
  private final ServiceRegistry registry;
  private final StatefulServices stateful;
  private final AvailabilityQueue availability;
  private final DocumentDirectory documents;
  private final SchemaCheck schemas;
  private final ChildResumption resumption;
  private final OwnerRouter router;
  private final Startup startup;

  /**
   * What is to be known of documents.
   *
   * @param directory where they live
   * @param schemas lets factories start whose documents fit
   */
  public record Documents(DocumentDirectory directory, SchemaCheck schemas) {}

  public ServiceStarter(
      ServiceHost host,
      ServiceRegistry registry,
      StatefulServices stateful,
      AvailabilityQueue availability,
      Documents documents,
      OwnerRouter router,
      Startup startup) {
    this.host = host;
    this.registry = registry;
    this.stateful = stateful;
    this.availability = availability;
    this.documents = documents.directory();
    this.schemas = documents.schemas();
    this.router = router;
    this.startup = startup;
    this.resumption = new ChildResumption(host, stateful);
  }

  /** Starts a service; the operation completes when it is available. */
  public void start(Operation post, Service service) {
    if (!post.hasReferer()) {
      post.setReferer(host.getUri());
    }
    String link = UriUtils.normalizeUriPath(post.getUri().getPath());
    startup.begun(link);
    post.nestCompletion(
        (started, failure) -> {
          startup.ended(link);
          if (failure == null) {
            post.complete();
          } else {
            post.fail(failure);
          }
        });
    try {
      Links.requirePath(link, service.hasOption(ServiceOption.UTILITY));
      service.setHost(host);
      service.setSelfLink(link);
      Utils.validateServiceOptions(host, service, post);
      switch (service) {
        case FactoryService factory -> startFactory(link, factory, post);
        case StatelessService stateless ->
            startStateless(
                new ServiceRegistry.Stateless(link, stateless, ownersOf(stateless)),
                stateless,
                post,
                () -> {});
        case StatefulService document -> startSingleton(link, document, post);
        default ->
            throw new IllegalArgumentException(
                service.getClass().getName()
                    + " must extend StatefulService, StatelessService or FactoryService");
      }
    } catch (Exception e) {
      post.fail(e);
    }
  }

  private void startFactory(String link, FactoryService factory, Operation post) throws Exception {
    Service child = factory.newChild();
    if (!(child instanceof StatefulService prototype)) {
      throw new IllegalArgumentException(
          "The children of %s must extend StatefulService, not %s"
              .formatted(link, child.getClass().getName()));
    }
    prototype.setHost(host);
    prototype.setSelfLink(link + "/child-template");
    ServiceModel model = ServiceModel.of(prototype);
    Utils.validateServiceOptions(host, prototype, post);
    factory.adoptChildOptions(prototype);
    ServiceType children =
        new ServiceType(
            factory, null, model, documents.of(model, prototype.getPeerNodeSelectorPath()));
    ServiceRegistry.Factory entry = new ServiceRegistry.Factory(link, factory, children);
    schemas.admit(link, model, children.documents());
    documents.describe(model);
    startStateless(entry, factory, post, () -> resumption.resume(entry));
  }

  private void startStateless(
      ServiceRegistry.Entry entry, StatelessService service, Operation post, Runnable then) {
    if (registry.find(entry.link()) != null) {
      failExists(entry.link(), post);
      return;
    }
    service.setProcessingStage(ProcessingStage.INITIALIZING);
    post.nestCompletion(
        (started, failure) -> {
          if (failure != null) {
            service.setProcessingStage(ProcessingStage.STOPPED);
            post.fail(failure);
            return;
          }
          if (!registry.add(entry, service.hasOption(ServiceOption.URI_NAMESPACE_OWNER))) {
            failExists(entry.link(), post);
            return;
          }
          service.setProcessingStage(ProcessingStage.AVAILABLE);
          host.maintenanceChanged(service);
          availability.started(entry.link());
          post.complete();
          then.run();
        });
    service.setProcessingStage(ProcessingStage.EXECUTING_START_HANDLER);
    try {
      service.handleStart(post);
    } catch (Throwable t) {
      post.fail(t);
    }
  }

  private void startSingleton(String link, StatefulService service, Operation post) {
    ServiceModel model = ServiceModel.of(service);
    documents.describe(model);
    ServiceType type =
        new ServiceType(
            null, service, model, documents.of(model, service.getPeerNodeSelectorPath()));
    if (!registry.add(new ServiceRegistry.Singleton(link, type), false)) {
      failExists(link, post);
      return;
    }
    post.nestCompletion(
        (started, failure) -> {
          if (failure != null) {
            registry.remove(link);
            post.fail(failure);
          } else {
            availability.started(link);
            post.complete();
          }
        });
    startSingleton(type, link, service, post);
  }

  /**
   * Every node starts such a service, one of them owns its document. If another does, that one
   * gives it its initial state; if it has not started the service yet, it will do so by itself.
   */
  private void startSingleton(
      ServiceType type, String link, StatefulService service, Operation post) {
    post.nestCompletion(
        (started, failure) -> {
          if (failure == null || post.getStatusCode() == Operation.STATUS_CODE_NOT_FOUND) {
            post.setStatusCode(Operation.STATUS_CODE_OK).complete();
          } else {
            post.fail(failure);
          }
        });
    if (post.getExpirationMicrosUtc() == 0) {
      post.setExpiration(Utils.fromNowMicrosUtc(host.getOperationTimeoutMicros()));
    }
    router.start(
        type.documents(), link, post, null, () -> stateful.start(type, link, service, post));
  }

  private @Nullable DocumentStorage ownersOf(StatelessService service) {
    return service.hasOption(ServiceOption.OWNER_SELECTION)
        ? documents.ofSelector(service.getPeerNodeSelectorPath())
        : null;
  }

  public void stop(Service service) {
    String link = service.getSelfLink();
    if (link == null) {
      return;
    }
    Operation delete = Operation.createDelete(UriUtils.buildUri(host, link));
    delete.setReferer(host.getUri()).setAuthorizationContext(SubjectContext.SYSTEM);
    delete.addPragmaDirective(Operation.PRAGMA_DIRECTIVE_NO_INDEX_UPDATE);
    delete.setCompletion((done, failure) -> registry.remove(link));
    host.handleRequest(delete);
  }

  public boolean isAvailable(String path) {
    ServiceRegistry.Entry entry = registry.find(path);
    return switch (entry) {
      case ServiceRegistry.Stateless(var link, var service, var owners) -> service.isAvailable();
      case ServiceRegistry.Factory factory -> factory.service().isAvailable();
      case null, default -> {
        StatefulService running = stateful.find(path);
        yield running != null && running.isAvailable();
      }
    };
  }

  public void whenAvailable(Operation.CompletionHandler handler, String... paths) {
    for (String path : paths) {
      Operation told = Operation.createGet(UriUtils.buildUri(host, path));
      told.setReferer(host.getUri()).setExpiration(Long.MAX_VALUE).setCompletion(handler);
      if (isAvailable(path)) {
        host.run(told::complete);
        continue;
      }
      availability.await(path, told, () -> host.run(told::complete));
      if (isAvailable(path)) {
        availability.started(path);
      }
    }
  }

  private static void failExists(String link, Operation post) {
    StandardRefusal.EXISTS.answer(post, "Service already exists: " + link);
  }
}
