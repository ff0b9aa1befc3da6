package io.tractor.autoconfigure.portal;

import java.util.Map;

import io.tractor.Portal;
import io.tractor.Portals;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.support.AutowireCandidateQualifier;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.ImportBeanDefinitionRegistrar;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotationMetadata;

/**
 * Registers each portal of {@code tractor.portals.<name>} as a bean {@code <name>Portal},
 * with the name as its qualifier.
 */
final class PortalBeansRegistrar implements ImportBeanDefinitionRegistrar {

	private final Environment environment;

	private final BeanFactory beanFactory;

	PortalBeansRegistrar(Environment environment, BeanFactory beanFactory) {
		this.environment = environment;
		this.beanFactory = beanFactory;
	}

	@Override
	public void registerBeanDefinitions(AnnotationMetadata metadata, BeanDefinitionRegistry registry) {
		Map<String, Object> portals = Binder.get(this.environment)
			.bind("tractor.portals", Bindable.mapOf(String.class, Object.class))
			.orElseGet(Map::of);
		for (String name : portals.keySet()) {
			String beanName = name + "Portal";
			if (!registry.containsBeanDefinition(beanName)) {
				RootBeanDefinition definition = new RootBeanDefinition(Portal.class,
						() -> this.beanFactory.getBean(Portals.class).get(name));
				definition.addQualifier(new AutowireCandidateQualifier(Qualifier.class, name));
				// The portals are closed together
				definition.setDestroyMethodName("");
				registry.registerBeanDefinition(beanName, definition);
			}
		}
	}

}
