// SPDX-License-Identifier: Apache-2.0
package io.cairn.application;

import io.cairn.service.DocumentService;
import io.cairn.service.Endpoint;
import io.cairn.service.Service;
import io.cairn.service.ServiceHost;
import io.cairn.service.routes.Routes;
import java.util.function.Supplier;

/**
 * Takes the declarations of an {@link Application}. Services start in the order of their
 * declaration. Used by one thread: in {@link Application#configure}, and in what is given to {@link
 * #onSettings}.
 */
public interface ApplicationSetup {

  /** Something that is done with a host. */
  @FunctionalInterface
  interface HostAction {
    /** Does it; what it throws at the start keeps the host from starting. */
    void run(ServiceHost host) throws Exception;
  }

  /**
   * Declares a setting. Its value comes from where those of the host come from: {@code
   * --name=value}, the environment variable {@code CAIRN_NAME}, the settings file; {@code --help}
   * lists it.
   *
   * @param name words of letters and digits, joined by dots or in camel case; no name of a setting
   *     of the host
   * @param defaultValue a String, Integer, Long, Double, Boolean, {@link java.time.Duration},
   *     {@link java.nio.file.Path}, {@link java.net.URI} or enum constant; its type is the
   *     setting's
   * @param help one sentence for {@code --help}
   * @return gives the value as soon as settings have been read: in {@link #onSettings}, {@link
   *     #onStart} and handlers; before that it throws {@link IllegalStateException}
   * @throws IllegalArgumentException if the name is taken or malformed, or the type is another
   */
  <T> Supplier<T> setting(String name, T defaultValue, String help);

  /**
   * Declares more as soon as settings have been read: services that are constructed with their
   * values, or served only if a setting says so. Settings cannot be declared there.
   *
   * @param declarations calls this setup; an {@link IllegalArgumentException} that it throws says
   *     that a setting is wrong, and nothing is started
   */
  ApplicationSetup onSettings(Runnable declarations);

  /** Serves a collection of documents at its path. */
  ApplicationSetup serve(DocumentService<?> documents);

  /**
   * Serves a service: one that extends {@code StatefulService} behind a factory at the {@code
   * FACTORY_LINK} of its class; any other at the link it was given, or the {@code SELF_LINK} of its
   * class. A factory without either is served at the {@code FACTORY_LINK} of its documents' class.
   */
  ApplicationSetup serve(Service service);

  /** Serves a factory, or another service without a document, at a path. */
  ApplicationSetup serve(Service service, String path);

  /** Serves routes at their path. */
  default ApplicationSetup serve(Routes routes) {
    return serve(routes, routes.getSelfLink());
  }

  /** Has a handler answer one verb at a path. */
  ApplicationSetup endpoint(String path, Service.Action action, Endpoint handler);

  /** Does something as soon as all services of the application answer, before the host is ready. */
  ApplicationSetup onStart(HostAction action);

  /**
   * Does something before the host stops, also where the application did not start as a whole; what
   * it throws is logged.
   */
  ApplicationSetup onStop(HostAction action);
}
