package io.tractor.autoconfigure;

import java.util.List;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import org.jspecify.annotations.NullMarked;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.context.annotation.ImportCandidates;
import org.springframework.context.annotation.Bean;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Auto-configuration as Spring Boot writes its own.
 */
@AnalyzeClasses(packages = "io.tractor.autoconfigure", importOptions = ImportOption.DoNotIncludeTests.class)
class AutoConfigurationArchitectureTests {

	@ArchTest
	final ArchRule autoConfigurationsArePublicAndFinal = classes().that()
		.areAnnotatedWith(AutoConfiguration.class)
		.should()
		.bePublic()
		.andShould()
		.haveModifier(JavaModifier.FINAL)
		.andShould()
		.haveSimpleNameEndingWith("AutoConfiguration");

	@ArchTest
	final ArchRule beanMethodsArePackagePrivate = methods().that()
		.areAnnotatedWith(Bean.class)
		.should()
		.bePackagePrivate();

	@ArchTest
	final ArchRule beanMethodsHaveNoClassConditions = noMethods().that()
		.areAnnotatedWith(Bean.class)
		.should()
		.beAnnotatedWith(ConditionalOnClass.class);

	@ArchTest
	final ArchRule bytesAreNoneOfItsBusiness = noClasses().that()
		.resideInAPackage("io.tractor.autoconfigure..")
		.should()
		.dependOnClassesThat()
		.resideInAPackage("io.tractor.wire..");

	@ArchTest
	final ArchRule noCycles = slices().matching("io.tractor.autoconfigure.(*)..").should().beFreeOfCycles();

	@ArchTest
	final ArchRule autoConfigurationsHaveNoPublicMembers = methods().that()
		.areDeclaredInClassesThat()
		.areAnnotatedWith(AutoConfiguration.class)
		.should()
		.notBePublic();

	@ArchTest
	final ArchRule everythingIsNullMarked = classes().that()
		.haveSimpleName("package-info")
		.should()
		.beAnnotatedWith(NullMarked.class);

	@ArchTest
	static void everyAutoConfigurationIsListed(JavaClasses classes) {
		List<String> listed = ImportCandidates
			.load(AutoConfiguration.class, AutoConfigurationArchitectureTests.class.getClassLoader())
			.getCandidates();
		assertThat(classes.stream()
			.filter((type) -> type.isAnnotatedWith(AutoConfiguration.class))
			.map(JavaClass::getName)
			.toList()).isNotEmpty().isSubsetOf(listed);
	}

}
