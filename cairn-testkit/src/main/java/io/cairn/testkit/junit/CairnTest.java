// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit.junit;

import io.cairn.application.Application;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Gives the tests of a class a host, or several, that run applications: as parameters of test and
 * lifecycle methods of the types {@code TestHost}, {@code TestCluster}, {@code TestClock} and
 * {@code RequestFaults}. A test that fails also says what was logged meanwhile. A {@code @Nested}
 * class shares the hosts of the class around it, unless it has an annotation of its own.
 *
 * <pre>{@code
 * @CairnTest(Shop.class)
 * class ShopTest {
 *   @Test
 *   void anOrderIsOpenAtFirst(TestHost host) {
 *     Documents<Order> orders = host.documents("/orders", Order.class);
 *     String link = orders.create(new Order("ada", 3));
 *     assertEquals(OPEN, orders.get(link).status());
 *   }
 * }
 * }</pre>
 */
@Documented
@Inherited
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(CairnTestExtension.class)
public @interface CairnTest {

  /** The applications, which have constructors without parameters. */
  Class<? extends Application>[] value();

  /** Settings of them and of the host, in the form {@code name=value}. */
  String[] settings() default {};

  /** How many hosts form a group; with more than one, tests take a {@code TestCluster}. */
  int nodes() default 1;

  /**
   * Whether each test method has hosts of its own. Otherwise all of the class share them, which is
   * faster, and what one has written the next one sees.
   */
  boolean fresh() default false;
}
