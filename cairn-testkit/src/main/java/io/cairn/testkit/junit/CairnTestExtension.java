// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit.junit;

import io.cairn.application.Application;
import io.cairn.testkit.RequestFaults;
import io.cairn.testkit.TestClock;
import io.cairn.testkit.TestHost;
import io.cairn.testkit.cluster.TestCluster;
import java.lang.reflect.InaccessibleObjectException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;

/** Does what {@link CairnTest} says. */
final class CairnTestExtension
    implements BeforeAllCallback,
        BeforeEachCallback,
        AfterEachCallback,
        ParameterResolver,
        TestExecutionExceptionHandler {

  private static final ExtensionContext.Namespace NAMESPACE =
      ExtensionContext.Namespace.create(CairnTestExtension.class);
  private static final Set<Class<?>> TYPES =
      Set.of(TestHost.class, TestCluster.class, TestClock.class, RequestFaults.class);

  /**
   * The hosts of a class or a method; JUnit closes it when the class or method is over.
   *
   * @param host null if there are several
   * @param cluster null if there is one
   */
  private record Hosts(@Nullable TestHost host, @Nullable TestCluster cluster)
      implements AutoCloseable {

    static Hosts start(CairnTest test) {
      return test.nodes() == 1
          ? new Hosts(described(test, TestHost.builder()).start(), null)
          : new Hosts(null, TestCluster.of(test.nodes(), builder -> described(test, builder)));
    }

    private static TestHost.Builder described(CairnTest test, TestHost.Builder builder) {
      for (Class<? extends Application> type : test.value()) {
        builder.application(made(type));
      }
      for (String setting : test.settings()) {
        int equals = setting.indexOf('=');
        if (equals < 0) {
          throw new ExtensionConfigurationException(
              "@CairnTest: settings have the form name=value, not " + setting);
        }
        builder.setting(setting.substring(0, equals), setting.substring(equals + 1));
      }
      return builder;
    }

    private static Application made(Class<? extends Application> type) {
      try {
        var constructor = type.getDeclaredConstructor();
        constructor.setAccessible(true);
        return constructor.newInstance();
      } catch (ReflectiveOperationException | InaccessibleObjectException e) {
        throw new ExtensionConfigurationException(
            "@CairnTest: %s cannot be made by a constructor without parameters: %s"
                .formatted(type.getName(), e.getCause() == null ? e : e.getCause()),
            e);
      }
    }

    @Nullable Object part(Class<?> type) {
      if (host != null) {
        return type == TestHost.class
            ? host
            : type == TestClock.class
                ? host.clock()
                : type == RequestFaults.class ? host.faults() : null;
      }
      return cluster == null || type == TestHost.class
          ? null
          : type == TestCluster.class
              ? cluster
              : type == TestClock.class ? cluster.clock() : cluster.faults();
    }

    List<String> logged() {
      List<String> logged = new ArrayList<>();
      if (host != null) {
        logged.add(host.logged());
      } else if (cluster != null) {
        logged.add(cluster.logged());
      }
      return logged;
    }

    void mend() {
      if (host != null) {
        host.faults().clear();
      } else if (cluster != null) {
        cluster.faults().clear();
      }
    }

    @Override
    public void close() {
      if (host != null) {
        host.close();
      }
      if (cluster != null) {
        cluster.close();
      }
    }
  }

  /**
   * What a class declares, or the one around it.
   *
   * @param declarer whose hosts they are: an inner class with an annotation of its own shares none
   *     with the classes around it
   */
  private record Declaration(CairnTest test, Class<?> declarer) {

    static Declaration of(ExtensionContext context) {
      for (Class<?> type = context.getRequiredTestClass();
          type != null;
          type = type.getEnclosingClass()) {
        CairnTest found = type.getAnnotation(CairnTest.class);
        if (found != null) {
          return new Declaration(found, type);
        }
      }
      throw new ExtensionConfigurationException("There is no @CairnTest at the test class");
    }

    /** The hosts, started by who asks first. */
    Hosts hosts(ExtensionContext context) {
      return context
          .getStore(NAMESPACE)
          .computeIfAbsent(declarer, key -> Hosts.start(test), Hosts.class);
    }

    /** The hosts, unless they have not started. */
    Optional<Hosts> present(ExtensionContext context) {
      return Optional.ofNullable(context.getStore(NAMESPACE).get(declarer, Hosts.class));
    }
  }

  /** What was logged while a test failed; suppressed by its failure, so that it is shown. */
  private static final class LoggedMeanwhile extends Exception {
    private static final long serialVersionUID = 1L;

    LoggedMeanwhile(String text) {
      super(text, null, false, false);
    }
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    Declaration declared = Declaration.of(context);
    if (!declared.test().fresh()) {
      declared.hosts(context);
    }
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    Declaration.of(context).hosts(context);
  }

  @Override
  public void afterEach(ExtensionContext context) {
    Declaration.of(context).present(context).ifPresent(Hosts::mend);
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return TYPES.contains(parameter.getParameter().getType());
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    Declaration declared = Declaration.of(context);
    CairnTest test = declared.test();
    if (test.fresh() && context.getTestMethod().isEmpty()) {
      throw new ParameterResolutionException(
          "Hosts that are fresh for each method are given to methods only");
    }
    Class<?> type = parameter.getParameter().getType();
    Object part = declared.hosts(context).part(type);
    if (part == null) {
      throw new ParameterResolutionException(
          "With nodes = %d there is no %s; take a %s"
              .formatted(
                  test.nodes(),
                  type.getSimpleName(),
                  test.nodes() == 1 ? "TestHost" : "TestCluster"));
    }
    return part;
  }

  @Override
  public void handleTestExecutionException(ExtensionContext context, Throwable failure)
      throws Throwable {
    for (String logged :
        Declaration.of(context).present(context).map(Hosts::logged).orElseGet(List::of)) {
      if (!logged.isEmpty() && !String.valueOf(failure.getMessage()).contains(logged)) {
        failure.addSuppressed(new LoggedMeanwhile(logged.strip()));
      }
    }
    throw failure;
  }
}
