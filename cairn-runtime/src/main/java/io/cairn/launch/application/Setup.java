// SPDX-License-Identifier: Apache-2.0
package io.cairn.launch.application;

import io.cairn.application.ApplicationSetup;
import io.cairn.launch.application.DeclaredApplication.Step;
import io.cairn.launch.settings.ApplicationSettings;
import io.cairn.service.DocumentService;
import io.cairn.service.Endpoint;
import io.cairn.service.Service;
import io.cairn.service.StatefulService;
import io.cairn.service.UriUtils;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Takes the declarations of one application; one thread. */
final class Setup implements ApplicationSetup {
  private final String name;
  private final ApplicationSettings settings;
  private final LinkClaims claims;
  private final List<HostAction> startActions = new ArrayList<>();
  private final List<HostAction> stopActions = new ArrayList<>();
  private @Nullable List<Step> steps;

  Setup(String name, ApplicationSettings settings, LinkClaims claims) {
    this.name = name;
    this.settings = settings;
    this.claims = claims;
  }

  /** The subject of a sentence about it. */
  String name() {
    return name;
  }

  List<HostAction> startActions() {
    return startActions;
  }

  List<HostAction> stopActions() {
    return stopActions;
  }

  /** Says where declarations go from now on. */
  void declareInto(List<Step> list) {
    steps = list;
  }

  /** Takes no more of them. */
  void close() {
    steps = null;
  }

  private List<Step> steps() {
    List<Step> open = steps;
    if (open == null) {
      throw new IllegalStateException(
          "an application is declared in configure and in onSettings, and not afterwards");
    }
    return open;
  }

  @Override
  public <T> Supplier<T> setting(String setting, T defaultValue, String help) {
    var _ = steps();
    return settings.declare(setting, defaultValue, help);
  }

  @Override
  public ApplicationSetup onSettings(Runnable declarations) {
    if (settings.areRead()) {
      declarations.run();
    } else {
      steps().add(new Step.Later(declarations, this));
    }
    return this;
  }

  @Override
  public ApplicationSetup serve(DocumentService<?> documents) {
    return add(claims.service(documents.path(), name), host -> host.start(documents));
  }

  @Override
  public ApplicationSetup serve(Service service) {
    return service instanceof StatefulService
        ? add(
            claims.service(UriUtils.factoryLinkOf(service.getClass()), name),
            host -> host.startFactory(service))
        : serve(service, UriUtils.linkOf(service));
  }

  @Override
  public ApplicationSetup serve(Service service, String path) {
    String link = claims.service(path, name);
    return add(link, host -> host.startAndAwait(service, link));
  }

  @Override
  public ApplicationSetup endpoint(String path, Service.Action action, Endpoint handler) {
    return add(claims.endpoint(path, action, name), host -> host.endpoint(path, action, handler));
  }

  private ApplicationSetup add(String link, HostAction action) {
    steps().add(new Step.Start(link, action, this));
    return this;
  }

  @Override
  public ApplicationSetup onStart(HostAction action) {
    startActions.add(action);
    return this;
  }

  @Override
  public ApplicationSetup onStop(HostAction action) {
    stopActions.add(action);
    return this;
  }
}
