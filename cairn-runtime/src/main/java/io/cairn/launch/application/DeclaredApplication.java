// SPDX-License-Identifier: Apache-2.0
package io.cairn.launch.application;

import io.cairn.application.Application;
import io.cairn.application.ApplicationSetup.HostAction;
import io.cairn.launch.exit.HostExit;
import io.cairn.launch.settings.ApplicationSettings;
import io.cairn.service.ServiceHost;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What applications have declared for one host. Its life: {@link #of}, settings are read into
 * {@link #settings()}, {@link #settingsAreRead()}, {@link #startServices}, {@link
 * #runStartActions}, {@link #stop}. Used by one thread at a time; any may stop it.
 */
public final class DeclaredApplication {

  /** One thing to do when the host starts, or what is declared later. */
  sealed interface Step {
    /**
     * Has the host serve something.
     *
     * @param link where; null for an action that serves nothing that is known
     */
    record Start(String link, HostAction action, Setup by) implements Step {}

    /** Declares more. */
    record Later(Runnable declarations, Setup by) implements Step {}
  }

  private final ApplicationSettings settings = new ApplicationSettings();
  private final LinkClaims claims = new LinkClaims();
  private final List<Setup> setups = new ArrayList<>();
  private final AtomicBoolean stopped = new AtomicBoolean();
  private List<Step> steps = new ArrayList<>();

  private DeclaredApplication() {}

  /**
   * Has applications declare what they consist of.
   *
   * @throws ApplicationException if one cannot, or two declare the same setting or path
   */
  public static DeclaredApplication of(List<? extends Application> applications)
      throws ApplicationException {
    DeclaredApplication declared = new DeclaredApplication();
    for (Application application : applications) {
      Setup setup = new Setup(name(application), declared.settings, declared.claims);
      setup.declareInto(declared.steps);
      declared.setups.add(setup);
      try {
        application.configure(setup);
      } catch (Exception | Error e) {
        throw ApplicationDefect.of(setup.name() + " cannot be used", HostExit.DATA_UNUSABLE, e);
      }
      setup.close();
    }
    return declared;
  }

  private static String name(Application application) {
    Class<?> type = application.getClass();
    return type.isHidden() || type.isSynthetic() || type.isAnonymousClass()
        ? "the application"
        : "the application " + type.getName();
  }

  /** Returns the settings that it has declared; whoever reads them gives them their values. */
  public ApplicationSettings settings() {
    return settings;
  }

  /**
   * Lets it declare what depends on values of settings. Called once, after these have been read.
   *
   * @throws ApplicationException if it refuses the settings, or cannot go on
   */
  public void settingsAreRead() throws ApplicationException {
    List<Step> all = new ArrayList<>();
    for (Step step : steps) {
      if (step instanceof Step.Later later) {
        Setup setup = later.by();
        setup.declareInto(all);
        try {
          later.declarations().run();
        } catch (IllegalArgumentException e) {
          throw new ApplicationException(String.valueOf(e.getMessage()), HostExit.USAGE, e);
        } catch (RuntimeException | Error e) {
          throw ApplicationDefect.of(setup.name() + " cannot be used", HostExit.DATA_UNUSABLE, e);
        }
        setup.close();
      } else {
        all.add(step);
      }
    }
    steps = List.copyOf(all);
  }

  /** Returns the paths of its services and endpoints, in the order in which they start. */
  public Set<String> links() {
    Set<String> links = new LinkedHashSet<>();
    for (Step step : steps) {
      if (step instanceof Step.Start(String link, HostAction _, Setup _)) {
        links.add(link);
      }
    }
    return links;
  }

  /**
   * Starts its services. Returns when all have started.
   *
   * @param host is started
   * @throws ApplicationException if one cannot be started
   */
  public void startServices(ServiceHost host) throws ApplicationException {
    for (Step step : steps) {
      if (step instanceof Step.Start(String link, HostAction action, Setup setup)) {
        run(action, host, setup.name() + " cannot start " + link);
      }
    }
  }

  /**
   * Does what it wants done at the start, when its services have started.
   *
   * @throws ApplicationException if that fails
   */
  public void runStartActions(ServiceHost host) throws ApplicationException {
    for (Setup setup : setups) {
      for (HostAction action : setup.startActions()) {
        run(action, host, setup.name() + " failed at the start");
      }
    }
  }

  private static void run(HostAction action, ServiceHost host, String what)
      throws ApplicationException {
    try {
      action.run(host);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw ApplicationDefect.of(what, HostExit.FAILED, e);
    } catch (Exception | Error e) {
      throw ApplicationDefect.of(what, HostExit.FAILED, e);
    }
  }

  /**
   * Does what it wants done before the host stops, the last declared first. What is thrown is
   * logged. It is done once, whoever asks for it first, and only if the host has started.
   */
  public void stop(ServiceHost host) {
    if (!host.isStarted() || !stopped.compareAndSet(false, true)) {
      return;
    }
    Logger log = LoggerFactory.getLogger("cairn");
    for (Setup setup : setups.reversed()) {
      for (HostAction action : setup.stopActions().reversed()) {
        try {
          action.run(host);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        } catch (Exception | Error e) {
          log.error("{} failed at the stop", setup.name(), e);
        }
      }
    }
  }
}
