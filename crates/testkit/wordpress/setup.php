<?php
// setup.php FOLDER URL: installs the site, a user for each role, an application password for each. Prints "login password"
// lines. No plugin and no theme of ours: what is tested is WordPress as it comes.
[, $folder, $url] = $argv;
$_SERVER['HTTP_HOST'] = parse_url($url, PHP_URL_HOST) . ':' . parse_url($url, PHP_URL_PORT);
$_SERVER['SERVER_PROTOCOL'] = 'HTTP/1.1';
$_SERVER['REQUEST_METHOD'] = 'GET';
$_SERVER['REQUEST_URI'] = '/';
define('WP_INSTALLING', true);
require "$folder/www/wp-load.php";
// Called by wp_install(); the one of core sends a mail.
function wp_new_blog_notification($title, $address, $user, $password) {}
require_once ABSPATH . 'wp-admin/includes/upgrade.php';
require_once ABSPATH . 'wp-admin/includes/user.php';

wp_install('青川市文化和旅游局', 'admin', 'admin@example.test', true, '', wp_generate_password(24), 'zh_CN');
update_option('permalink_structure', '/%year%/%monthnum%/%postname%/');
update_option('timezone_string', 'Asia/Shanghai');
update_option('gmt_offset', '');
global $wp_rewrite;
$wp_rewrite->init();
$wp_rewrite->set_permalink_structure('/%year%/%monthnum%/%postname%/');
flush_rewrite_rules(false);
// The post, page and comment that every new site has.
foreach (get_posts(['post_type' => ['post', 'page'], 'post_status' => 'any', 'numberposts' => -1]) as $post) {
    wp_delete_post($post->ID, true);
}

$users = ['admin' => 'administrator', 'publisher' => 'editor', 'writer' => 'author', 'helper' => 'contributor', 'reader' => 'subscriber'];
foreach ($users as $login => $role) {
    $user = get_user_by('login', $login);
    $id = $user ? $user->ID : wp_insert_user([
        'user_login' => $login, 'user_email' => "$login@example.test", 'user_pass' => wp_generate_password(24), 'role' => $role,
    ]);
    if (is_wp_error($id)) {
        fwrite(STDERR, $id->get_error_message() . "\n");
        exit(1);
    }
    [$password] = WP_Application_Passwords::create_new_application_password($id, ['name' => 'yigao']);
    echo "$login $password\n";
}
