// SPDX-License-Identifier: Apache-2.0
/** How the arguments of a command line reach the fields of a host and of its application. */
@NullMarked
package io.cairn.service.arguments;

import org.jspecify.annotations.NullMarked;
